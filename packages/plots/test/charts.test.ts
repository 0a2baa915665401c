import test from 'ava';
import { parseHTML } from 'linkedom';
import { barChart, contourChart, heatmap, imageGrid, lineChart, palette, parallelCoordinates } from '../src/index.js';

const elements = (svg: string, selector: string) => [...parseHTML(svg).document.querySelectorAll(selector)];
const texts = (svg: string) => elements(svg, 'text, tspan').map(({ textContent }) => textContent ?? '');

test('a line chart has a curve for each series, a legend, and escapes its words', (t) => {
  const svg = lineChart({
    title: 'loss < 1 & falling',
    series: [
      {
        name: 'training',
        points: [
          [0, 1],
          [1, 0.5],
          [2, 0.25],
        ],
        band: [
          [0, 0.9, 1.1],
          [1, 0.4, 0.6],
          [2, 0.2, 0.3],
        ],
      },
      {
        name: 'validation',
        points: [
          [0, 1.1],
          [1, Number.NaN],
          [2, 0.4],
        ],
        dashed: true,
      },
    ],
    x: { label: 'epoch' },
    y: { scale: 'log' },
    levels: [{ value: 0.3 }],
  });
  t.true(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
  t.is(elements(svg, 'g[aria-label="line"] path').length, 2);
  t.is(elements(svg, 'g[aria-label="area"] path').length, 1);
  for (const name of ['training', 'validation']) t.true(texts(svg).includes(name));
  t.true(svg.includes('loss &lt; 1 &amp; falling'));
});

test('bars start at the lower end and show intervals and references', (t) => {
  const svg = barChart({
    bars: [
      { label: 'plain', value: 2, interval: [1.5, 2.5], reference: 2.2 },
      { label: 'dropout', value: 1 },
    ],
  });
  const widths = elements(svg, 'g[aria-label="bar"] rect').map((bar) => Number(bar.getAttribute('width')));
  t.is(widths.length, 2);
  t.true(Math.abs(widths[0]! - 2 * widths[1]!) < 1e-6);
  t.is(elements(svg, 'g[aria-label="dot"] circle').length, 1);
});

test('a heatmap has one cell a value, the greatest in the darkest color', (t) => {
  const svg = heatmap({
    values: [
      [1, 2],
      [3, 4],
    ],
    rows: { names: ['a', 'b'] },
    columns: { names: ['a', 'b'] },
    digits: 0,
  });
  const cells = elements(svg, 'g[aria-label="cell"] rect');
  t.is(cells.length, 4);
  const light = cells.map((each) =>
    (each.getAttribute('fill') ?? '')
      .match(/\d+/g)!
      .slice(0, 3)
      .reduce((s, n) => s + Number(n), 0),
  );
  t.is(light.indexOf(Math.min(...light)), 3);
});

test('parallel coordinates draw a line for each trial over numbers and categories', (t) => {
  const svg = parallelCoordinates({
    trials: [
      { rate: 0.001, optimizer: 'adam', accuracy: 0.9 },
      { rate: 0.1, optimizer: 'sgd', accuracy: 0.8 },
      { rate: 0.01, optimizer: 'adam', accuracy: 0.7 },
    ],
    axes: [{ name: 'rate', log: true }, { name: 'optimizer' }, { name: 'accuracy' }],
  });
  t.is(elements(svg, 'g[aria-label="line"] path').length, 3);
  for (const word of ['rate', 'adam', 'sgd', '0.001', '0.1', '0.01']) t.true(texts(svg).includes(word), word);
});

test('a series that is called after a color has the color of its place all the same', (t) => {
  const points = [
    [0, 1],
    [1, 2],
  ] as const;
  const svg = lineChart({ series: ['none', 'red'].map((name) => ({ name, points })), dots: true });
  const colors = ['line', 'dot'].flatMap((mark) =>
    elements(svg, `g[aria-label="${mark}"] [stroke], g[aria-label="${mark}"][stroke]`).map((of) =>
      of.getAttribute('stroke'),
    ),
  );
  t.true(colors.includes(palette[0]!) && colors.includes(palette[1]!), colors.join());
  t.false(colors.includes('red'));

  const bars = barChart({ bars: [{ label: 'a', value: 1, group: 'red' }] });
  t.false(bars.includes('"red"'));
});

test('contours pass where the height is, and paths end in a dot', (t) => {
  const svg = contourChart({
    height: (x, y) => Math.hypot(x, y),
    x: { domain: [-2, 2], label: 'x' },
    y: { domain: [-2, 2] },
    levels: [1],
    paths: [
      {
        name: 'down',
        points: [
          [1.5, 1.5],
          [0.5, 0.5],
          [0, 0],
        ],
      },
    ],
    marked: [[0, 0]],
    size: [460, 440],
  });
  const [ring] = elements(svg, 'g[aria-label="contour"] path');
  const [dot] = elements(svg, 'g[aria-label="dot"] circle');
  const center = ['cx', 'cy'].map((name) => Number(dot!.getAttribute(name)));
  const points = (ring!.getAttribute('d') ?? '')
    .match(/-?[\d.]+,-?[\d.]+/g)!
    .map((pair) => pair.split(',').map(Number));
  // The circle of radius 1 is as far from its center everywhere, in pixels across and pixels up.
  const along = (axis: number) => points.map((point) => Math.abs(point[axis]! - center[axis]!));
  const [wide, high] = [Math.max(...along(0)), Math.max(...along(1))];
  for (const [x, y] of points) {
    const radius = Math.hypot((x! - center[0]!) / wide, (y! - center[1]!) / high);
    t.true(Math.abs(radius - 1) < 0.02, `${radius}`);
  }
  t.is(elements(svg, 'g[aria-label="line"] path').length, 1);
});

test('images are drawn pixel by pixel in shades of their values', (t) => {
  const svg = imageGrid({
    title: 'two',
    images: [
      [
        {
          caption: 'grey <',
          values: [
            [0, 0, 1],
            [1, 1, 1],
          ],
        },
        {
          caption: 'signed',
          values: [
            [-2, 0],
            [0, 1],
          ],
          colors: 'signed',
        },
      ],
    ],
  });
  const paths = elements(svg, 'path').map((path) => [path.getAttribute('stroke'), path.getAttribute('d')]);
  t.deepEqual(paths.slice(0, 2), [
    ['rgb(0,0,0)', 'M0 0.5h2'],
    ['rgb(255,255,255)', 'M2 0.5h1M0 1.5h3'],
  ]);
  t.is(paths.find(([color]) => color === 'rgb(255,255,255)')?.[1], 'M2 0.5h1M0 1.5h3');
  t.deepEqual(
    paths.slice(2).map(([, path]) => path),
    ['M0 0.5h1', 'M1 0.5h1M0 1.5h1', 'M1 1.5h1'],
  );
  t.true(svg.includes('grey &lt;'));
});
