/** [x, y] of a curve. */
export type Point = readonly [x: number, y: number];

/**
 * An exponential mean of what came before: weight 0 leaves a curve as it is, near 1 it is smooth. The first values count
 * for as much as later ones (the bias of the start is divided out, as in Kingma & Ba 2015). What is not finite is a gap.
 */
export function smoothed(points: readonly Point[], weight: number): Point[] {
  let [mean, total] = [0, 0];
  return points.map(([x, y]): Point => {
    if (!Number.isFinite(y)) return [x, y];
    mean = weight * mean + (1 - weight) * y;
    total = weight * total + (1 - weight);
    return [x, mean / total];
  });
}

/** At most about `most` points of a curve: of each stretch its least and its greatest, in their order. */
export function thinned(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  const stretches = Math.max(1, Math.floor(most / 2));
  return Array.from({ length: stretches }, (_, i): Point[] => {
    const own = points.slice(
      Math.floor((i * points.length) / stretches),
      Math.floor(((i + 1) * points.length) / stretches),
    );
    const finite = own.filter(([, y]) => Number.isFinite(y));
    if (finite.length === 0) return own.slice(0, 1);
    const by = (isBetter: (a: number, b: number) => boolean): Point =>
      finite.reduce((best, point) => (isBetter(point[1], best[1]) ? point : best));
    const [least, greatest] = [by((a, b) => a < b), by((a, b) => a > b)];
    if (least === greatest) return [least];
    return least[0] <= greatest[0] ? [least, greatest] : [greatest, least];
  }).flat();
}

/** What curves that belong together have in common: at each x that some have, the mean, the least and the greatest y. */
export function spread(curves: readonly (readonly Point[])[]): {
  readonly mean: Point[];
  readonly band: (readonly [x: number, lower: number, upper: number])[];
} {
  const values = new Map<number, number[]>();
  for (const [x, y] of curves.flat()) if (Number.isFinite(y)) values.set(x, [...(values.get(x) ?? []), y]);
  const sorted = [...values].sort(([a], [b]) => a - b);
  return {
    mean: sorted.map(([x, ys]) => [x, ys.reduce((sum, y) => sum + y, 0) / ys.length]),
    band: sorted.map(([x, ys]) => [x, Math.min(...ys), Math.max(...ys)]),
  };
}
