// Loaded after the rest: what draws charts is half as large as what trains.
import { lineChart, smoothed, thinned, type Series } from '@adjoint/plots';
import { add } from './elements.js';
import type { Curves } from './lesson.js';

/** More points are not seen at this width. */
const mostPoints = 300;
const [width, height] = [300, 200];

/** Draws what a lesson has come to so far. */
export function drawCurves(parent: HTMLElement, { training, test, accuracy }: Curves): void {
  parent.replaceChildren();
  const onTest = { name: 'test digits', color: 'var(--playground-test)' };
  draw(parent, 'Loss by step, the batches smoothed', [
    { name: 'training batches', color: 'var(--playground-training)', points: smoothed(training, 0.8) },
    { ...onTest, points: test },
  ]);
  draw(parent, 'Share of test digits told rightly, by step', [{ ...onTest, points: accuracy }], [0, 1]);
}

function draw(
  parent: HTMLElement,
  caption: string,
  series: readonly Series[],
  domain?: readonly [number, number],
): void {
  const figure = add(parent, 'figure');
  const thin = series.map((one) => ({ ...one, points: thinned(one.points, mostPoints) }));
  const last = Math.max(1, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  figure.innerHTML = lineChart({ width, height, series: thin, x: { domain: [0, last] }, y: domain ? { domain } : {} });
  figure.firstElementChild?.setAttribute('role', 'img');
  figure.firstElementChild?.setAttribute('aria-label', caption);
  add(figure, 'figcaption', caption);
}
