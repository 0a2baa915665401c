import {
  defineLayer,
  defineLoss,
  definePlugin,
  defineRegularizer,
  hostTensor,
  slice,
  type Dataset,
  type NamesOf,
  type Tensor,
} from 'adjoint';
import { object, oneOf } from '@adjoint/core/options';

/** A function of two numbers, as the trainer and as a chart see it. */
export interface Surface {
  readonly start: readonly [number, number];
  readonly minimum: readonly [number, number];
  readonly height: (x: number, y: number) => number;
  readonly traced: (x: Tensor, y: Tensor) => Tensor;
}

export const surfaces = {
  /** A bent valley (Rosenbrock 1960), from his start. */
  rosenbrock: {
    start: [-1.2, 1],
    minimum: [1, 1],
    height: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    traced: (x, y) => x.sub(1).square().add(y.sub(x.square()).square().mul(100)),
  },
  /** A plateau with steep corners (Beale 1958). */
  beale: {
    start: [1, 1],
    minimum: [3, 0.5],
    height: (x, y) => [1.5, 2.25, 2.625].reduce((sum, c, i) => sum + (c - x + x * y ** (i + 1)) ** 2, 0),
    traced: (x, y) => {
      const powers = [y, y.square(), y.square().mul(y)];
      const terms = [1.5, 2.25, 2.625].map((c, i) => x.mul(powers[i]!).sub(x).add(c).square());
      return terms.reduce((sum, term) => sum.add(term));
    },
  },
} as const satisfies Record<string, Surface>;

export type SurfaceName = keyof typeof surfaces;

/** A layer whose parameter is a point of the plane, and whose output is the height there. */
const point = defineLayer({
  options: object({ on: oneOf('rosenbrock', 'beale') }),
  create: ({ on }) => ({
    build(_, scope) {
      const { start, traced } = surfaces[on];
      const at = scope.parameter('at', [2], { initialize: () => Float32Array.from(start), role: 'kernel' });
      return ([x], { value }) => {
        const w = value(at);
        return x!.mul(0).add(traced(slice(w, [0], [1]), slice(w, [1], [2])));
      };
    },
  }),
});

/** A layer whose parameter is a number, and whose output is that number times the input. */
const scaled = defineLayer({
  options: object({}),
  create: () => ({
    build(_, scope) {
      const at = scope.parameter('at', [1], { initialize: () => new Float32Array(1), role: 'kernel' });
      return ([x], { value }) => x!.mul(value(at));
    },
  }),
});

/** Minimises the output itself. */
const output = defineLoss({ options: object({}), create: () => ({ terms: ({ output: y }) => y }) });

/** Keeps parameters within [−1, 1]. */
const interval = defineRegularizer({
  options: object({}),
  create: () => ({ constraint: ({ value }) => value.maximum(-1).minimum(1) }),
});

export const plane = definePlugin({
  name: '@example/adjoint-plane',
  version: '1.0.0',
  layer: { 'plane/point': point, 'plane/scaled': scaled },
  loss: { 'plane/output': output },
  regularizer: { 'plane/interval': interval },
});

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof plane.layer> {}
  interface Losses extends NamesOf<typeof plane.loss> {}
  interface Regularizers extends NamesOf<typeof plane.regularizer> {}
}

/** One number an example. */
export function numbers(values: readonly number[]): Dataset {
  return {
    size: values.length,
    inputs: [{ shape: [1], dtype: 'float32' }],
    targets: [{ shape: [1], dtype: 'float32' }],
    batch: (indices) => ({
      inputs: [hostTensor([...indices].map((i) => [values[i]!]))],
      targets: [hostTensor([...indices].map(() => [0]))],
    }),
  };
}
