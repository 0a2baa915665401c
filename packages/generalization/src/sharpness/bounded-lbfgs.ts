import { dot } from './vectors.js';

/** A function to minimise with its gradient. */
export type Differentiable = (
  point: Float64Array,
) => Promise<{ readonly value: number; readonly gradient: Float64Array }>;

export interface BoundedOptions {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly iterations: number;
  /** Pairs of steps and changes of the gradient; 10 if not given. */
  readonly memory?: number;
}

interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
}

/**
 * Minimises in a box by projected L-BFGS: the two-loop recursion (Nocedal & Wright 2006, algorithm 7.4) over the variables
 * that no bound holds, and a backtracking search along the projected path (Bertsekas 1982). Pairs without positive curvature
 * are left out; without any pair the step is down the gradient, as long as the widest side of the box.
 */
export async function boundedLbfgs(
  f: Differentiable,
  start: Float64Array,
  { lower, upper, iterations, memory = 10 }: BoundedOptions,
): Promise<{ readonly point: Float64Array; readonly value: number; readonly evaluations: number }> {
  const project = (point: Float64Array): Float64Array =>
    point.map((value, i) => Math.min(upper[i]!, Math.max(lower[i]!, value)));
  const width = upper.reduce((most, value, i) => Math.max(most, value - lower[i]!), 0);
  let point = project(start);
  let { value, gradient } = await f(point);
  let evaluations = 1;
  let pairs: Pair[] = [];
  for (let i = 0; i < iterations; i++) {
    const isFree = gradient.map((slope, k) =>
      Number(!((slope > 0 && point[k]! <= lower[k]!) || (slope < 0 && point[k]! >= upper[k]!))),
    );
    const slopes = gradient.map((slope, k) => slope * isFree[k]!);
    const steepest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    if (steepest === 0) break;
    let direction = quasiNewton(slopes, isFree, pairs);
    if (!(dot(direction, slopes) < 0)) {
      pairs = [];
      direction = quasiNewton(slopes, isFree, pairs);
    }
    let length = pairs.length > 0 ? 1 : width / steepest;
    let next: { readonly point: Float64Array; readonly value: number; readonly gradient: Float64Array } | undefined;
    for (let tries = 0; tries < 30 && !next; tries++, length /= 2) {
      const at = project(point.map((x, k) => x + length * direction[k]!));
      const found = await f(at);
      evaluations++;
      const promised = at.reduce((sum, x, k) => sum + gradient[k]! * (x - point[k]!), 0);
      if (found.value <= value + 1e-4 * promised && found.value < value) next = { point: at, ...found };
    }
    if (!next) break;
    const step = next.point.map((x, k) => x - point[k]!);
    const change = next.gradient.map((slope, k) => slope - gradient[k]!);
    if (dot(step, change) > 1e-10 * dot(change, change)) pairs = [...pairs, { step, change }].slice(-memory);
    ({ point, value, gradient } = next);
  }
  return { point, value, evaluations };
}

/** −H·g on the free variables, with H from the pairs; −g without any. */
function quasiNewton(slopes: Float64Array, isFree: Float64Array, pairs: readonly Pair[]): Float64Array {
  const onFree = pairs
    .map(({ step, change }) => ({
      step: step.map((s, k) => s * isFree[k]!),
      change: change.map((y, k) => y * isFree[k]!),
    }))
    .map((pair) => ({ ...pair, curvature: dot(pair.step, pair.change) }))
    .filter(({ curvature }) => curvature > 0);
  const direction = slopes.map((slope) => -slope);
  const along: number[] = [];
  for (const { step, change, curvature } of onFree.toReversed()) {
    const a = dot(step, direction) / curvature;
    along.push(a);
    change.forEach((y, k) => (direction[k]! -= a * y));
  }
  const latest = onFree.at(-1);
  const scale = latest ? latest.curvature / dot(latest.change, latest.change) : 1;
  direction.forEach((d, k) => (direction[k] = d * scale));
  onFree.forEach(({ step, change, curvature }, i) => {
    const b = dot(change, direction) / curvature;
    const a = along[onFree.length - 1 - i]!;
    step.forEach((s, k) => (direction[k]! += (a - b) * s));
  });
  return direction;
}
