export { inspect, stages, type Inspection } from './inspect.js';
export { inspectionText } from './inspection-text.js';
export type { InspectNames } from './node-names.js';
