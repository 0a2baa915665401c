import {
  AdjointError,
  allocateArray,
  defineOptimizer,
  sizeOf,
  varying,
  type HostRule,
  type HostTensor,
} from '@adjoint/core';
import { count, documented, object, optional, positive, rate, refine } from '@adjoint/core/options';
import { strongWolfe, type LinePoint } from './line-search.js';

/** Quasi-Newton steps from the last changes of weights and gradients, with a line search. For full batches. */
export const lbfgs = defineOptimizer({
  options: object({
    learningRate: documented(optional(varying(positive), 1), 'First length that the line search tries.'),
    historySize: documented(optional(count, 10), 'Changes that are kept.'),
    maxEvaluations: documented(optional(count, 25), 'Gradients that a line search may take.'),
    decrease: documented(
      optional(
        refine(positive, (value) => value < 0.5, 'below 0.5'),
        1e-4,
      ),
      'c₁ of Wolfe.',
    ),
    curvature: documented(
      optional(
        refine(positive, (value) => value < 1, 'below 1'),
        0.9,
      ),
      'c₂ of Wolfe.',
    ),
    tolerance: documented(optional(rate, 1e-7), 'Largest gradient at which the weights stay where they are.'),
  }),
  formula:
    'w ← w − α·H·g;  H from the pairs s = Δw, y = Δg;  α with L(w+αd) ≤ L + c₁α⟨g,d⟩ and |⟨g(w+αd),d⟩| ≤ c₂|⟨g,d⟩|',
  source: 'Liu & Nocedal 1989; Nocedal & Wright 2006, algorithms 7.4, 7.5, 3.5 and 3.6',
  create(options): HostRule {
    const { decrease, curvature } = options;
    if (decrease >= curvature)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `optimizer 'lbfgs': decrease ${decrease} is not below curvature ${curvature}, so that no step may satisfy both; lower it.`,
      );
    return {
      kind: 'host',
      async step({ values, state, learningRate, lossAndGradients }) {
        const evaluate = async (at: Float64Array, direction?: Float64Array, along = 0): Promise<Point> => {
          const point = direction ? at.map((x, i) => x + along * direction[i]!) : at;
          const tensors = split(point, values);
          const { loss, gradients } = await lossAndGradients(tensors);
          const gradient = flat(gradients);
          // What the parameters can hold, not what was asked for.
          return { at: along, loss, gradient, tensors, slope: direction ? dot(gradient, direction) : 0 };
        };
        const x = flat(values);
        const here = await evaluate(x);
        if (!Number.isFinite(here.loss) || largest(here.gradient) <= options.tolerance) return values;
        let history = read(state);
        let direction = descent(here.gradient, history);
        if (dot(direction, here.gradient) >= 0) [history, direction] = [[], here.gradient.map((slope) => -slope)];
        const start = { ...here, slope: dot(here.gradient, direction) };
        const found = await strongWolfe(start, (at) => evaluate(x, direction, at), {
          ...options,
          // Without a history the direction is the gradient, whose length means nothing.
          first: history.length === 0 ? learningRate * Math.min(1, 1 / sumOfSizes(direction)) : learningRate,
          noise: (values[0]?.dtype === 'float32' ? 1e-6 : 1e-14) * Math.abs(here.loss),
        });
        const step = flat(found.tensors).map((value, i) => value - x[i]!);
        const change = found.gradient.map((value, i) => value - here.gradient[i]!);
        const isCurved = dot(step, change) > 1e-10 * dot(change, change);
        // After a search that found nothing the next one starts along the gradient.
        if (found.at === 0) history = [];
        else if (isCurved) history = [...history, { step, change }].slice(-options.historySize);
        write(state, history);
        return found.tensors;
      },
    };
  },
});

interface Point extends LinePoint {
  readonly gradient: Float64Array;
  readonly tensors: readonly HostTensor[];
}

/** s and y. */
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
}

/** −H·g by the two loops of algorithm 7.4. */
function descent(gradient: Float64Array, history: readonly Pair[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const last = history.at(-1);
  if (!last) return direction;
  const shares = new Map<Pair, number>();
  for (const pair of history.toReversed()) {
    const share = dot(pair.step, direction) / dot(pair.step, pair.change);
    shares.set(pair, share);
    add(direction, pair.change, -share);
  }
  const scale = dot(last.step, last.change) / dot(last.change, last.change);
  for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  for (const pair of history) {
    const share = dot(pair.change, direction) / dot(pair.step, pair.change);
    add(direction, pair.step, shares.get(pair)! - share);
  }
  return direction;
}

/** The history as it is saved with a run, oldest first. */
function read(state: ReadonlyMap<string, HostTensor>): Pair[] {
  const pairs: Pair[] = [];
  for (;;) {
    const [step, change] = [state.get(`step/${pairs.length}`), state.get(`change/${pairs.length}`)];
    if (!step || !change) return pairs;
    pairs.push({ step: Float64Array.from(step.data), change: Float64Array.from(change.data) });
  }
}

function write(state: Map<string, HostTensor>, history: readonly Pair[]): void {
  state.clear();
  const tensor = (data: Float64Array): HostTensor => ({ data, shape: [data.length], dtype: 'float64' });
  for (const [i, { step, change }] of history.entries()) {
    state.set(`step/${i}`, tensor(step));
    state.set(`change/${i}`, tensor(change));
  }
}

function flat(tensors: readonly HostTensor[]): Float64Array {
  const whole = new Float64Array(tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let start = 0;
  for (const { data } of tensors) {
    whole.set(data, start);
    start += data.length;
  }
  return whole;
}

/** Parts of a vector in the shapes and dtypes of some tensors. */
function split(whole: Float64Array, like: readonly HostTensor[]): HostTensor[] {
  let start = 0;
  return like.map(({ shape, dtype }) => {
    const data = allocateArray(dtype, sizeOf(shape));
    data.set(whole.subarray(start, (start += data.length)));
    return { data, shape, dtype };
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, vector: Float64Array, share: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += share * vector[i]!;
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function sumOfSizes(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + Math.abs(value), 0);
}
