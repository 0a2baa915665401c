export { barChart, type Bar, type BarChartOptions } from './charts/bar-chart.js';
export { contourChart, type ContourChartOptions, type PlaneAxis } from './charts/contour-chart.js';
export { heatmap, type HeatmapOptions } from './charts/heatmap.js';
export { imageGrid, type GridImage, type ImageGridOptions } from './charts/image-grid.js';
export { lineChart, palette, type Axis, type LineChartOptions, type Series } from './charts/line-chart.js';
export { parallelCoordinates, type ParallelCoordinatesOptions, type Trial } from './charts/parallel-coordinates.js';
export { smoothed, spread, thinned, type Point } from './curves.js';
export { toSvg, type LegendEntry, type SvgOptions } from './to-svg.js';
