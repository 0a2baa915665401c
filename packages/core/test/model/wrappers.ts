import {
  concatenate,
  cumulativeSum,
  defineLayer,
  definePlugin,
  flip,
  matmul,
  sizeOf,
  take,
  varying,
  where,
  type App,
  type Choice,
  type Definition,
  type NamesOf,
  type Parameter,
  type State,
  type Tensor,
} from '../../src/index.js';
import { between, choice, integer, object, type Schema } from '../../src/registry/options/index.js';
import { tinyApp } from '../tiny.js';

// Layers around layers, and layers with several inputs or outputs, as a plugin would write them.

/** A layer around a layer states its type, which would otherwise refer to itself. */
type Wrapper = Definition<'layer', Schema<{ readonly layer: Choice<'layer'> }>>;

/** Two copies of a layer, one of which reads the time (axis 1) backwards: [batch, time, …]. */
const bidirectional: Wrapper = defineLayer({
  options: object({ layer: choice('layer') }),
  create: ({ layer }) => ({
    build(inputs, scope) {
      const forward = scope.layer(layer, inputs, 'forward');
      const backward = scope.layer(layer, inputs, 'backward');
      return ([x], context) => {
        const [ahead] = forward.run([x], context);
        const [back] = backward.run([flip(x, 1)], context);
        return concatenate([ahead, flip(back, 1)], -1);
      };
    },
  }),
});

/** A layer whose kernels have the largest singular value 1, by one step of power iteration a pass (Miyato et al. 2018). */
const spectralNorm: Wrapper = defineLayer({
  options: object({ layer: choice('layer') }),
  create: ({ layer }, { create }) => ({
    build(inputs, scope) {
      const inner = scope.layer(layer, inputs);
      const kernels = inner.parameters.filter(({ role }) => role === 'kernel');
      const directions = new Map<unknown, State>(
        kernels.map((kernel) => [
          kernel,
          scope.state(`u/${kernel.name}`, [1, rowsOf(kernel)], create('initializer', 'normal')),
        ]),
      );
      return (tensors, context) =>
        inner.run(tensors, {
          ...context,
          value(of) {
            const value = context.value(of);
            const direction = directions.get(of);
            if (!direction) return value;
            const matrix = value.reshape([value.shape[0] ?? 1, -1]);
            const right = unit(matmul(context.value(direction), matrix));
            const image = matmul(right, matrix, { transposeB: true });
            context.update(direction, unit(image));
            return value.div(image.square().sum().sqrt());
          },
        });
    },
  }),
});

/** A layer whose kernels are g·v/‖v‖, a length for each output (Salimans & Kingma 2016, equation 2). */
const weightNorm: Wrapper = defineLayer({
  options: object({ layer: choice('layer') }),
  create: ({ layer }) => ({
    build(inputs, scope) {
      const inner = scope.layer(layer, inputs);
      const kernels = inner.parameters.filter(({ role }) => role === 'kernel');
      const lengths = new Map<unknown, Parameter>(
        kernels.map((kernel) => [
          kernel,
          scope.parameter(`g/${kernel.name}`, [rowsOf(kernel), 1], {
            role: 'scale',
            initialize: () => rowLengths(kernel),
          }),
        ]),
      );
      return (tensors, context) =>
        inner.run(tensors, {
          ...context,
          value(of) {
            const [value, length] = [context.value(of), lengths.get(of)];
            if (!length) return value;
            const matrix = value.reshape([value.shape[0] ?? 1, -1]);
            const directions = matrix.div(matrix.square().sum(1, true).sqrt());
            return directions.mul(context.value(length)).reshape(value.shape);
          },
        });
    },
  }),
});

/** One layer on two inputs with the same parameters. */
const siamese: Wrapper = defineLayer({
  options: object({ layer: choice('layer') }),
  create: ({ layer }) => ({
    build([left], scope) {
      const tower = scope.layer(layer, [left], 'tower');
      return ([a, b = a], context) => [tower.run([a], context)[0], tower.run([b], context)[0]];
    },
  }),
});

/** What is above 0, and what is below. */
const split = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) => [x.maximum(0), x.minimum(0)],
  }),
});

/** softmax(q·kᵀ)·v, where the mask allows it, over [batch, places, features]. */
const attention = defineLayer({
  options: object({}),
  create: () => ({
    ports: ['query', 'key', 'value', 'mask'],
    build:
      () =>
      ([query, key = query, value = key, mask]) => {
        const scores = matmul(query, key, { transposeB: true });
        const allowed = mask ? where(mask.expandDims(1), scores, -1e9) : scores;
        return matmul(allowed.softmax(-1), value);
      },
  }),
});

/** A row of a table for each number. */
const embedding = defineLayer({
  options: object({ words: integer, features: integer }),
  create: ({ words, features }, { create }) => ({
    build(_, scope) {
      const table = scope.parameter('table', [words, features], {
        initialize: create('initializer', 'normal'),
        role: 'embedding',
      });
      return ([x], { value }) => take(value(table), x);
    },
  }),
});

/** Running sums along the time: [batch, time]. */
const sums = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) =>
        cumulativeSum(x, 1).reshape([...x.shape, 1]),
  }),
});

/** Keeps the shape of its examples from when it was built, which it should not. */
const stubborn = defineLayer({
  options: object({}),
  create: () => ({
    build:
      ([{ shape }]) =>
      ([x]) =>
        x.reshape([x.shape[0] ?? 1, ...shape]),
  }),
});

/** Subtracts the mean over the batch. */
const centred = defineLayer({
  options: object({}),
  create: () => ({
    build:
      () =>
      ([x]) =>
        x.sub(x.mean(0)),
  }),
});

/** Multiplies by a number that may change from step to step. */
const scaled = defineLayer({
  options: object({ factor: varying(between(0, 10)) }),
  create: ({ factor }) => ({
    build:
      () =>
      ([x], { value }) =>
        x.mul(value(factor)),
  }),
});

/** Keeps where a parameter started, and adds the distance from there. */
const anchored = defineLayer({
  options: object({}),
  create: (_, { create }) => ({
    build([{ shape }], scope) {
      const shift = scope.parameter('shift', shape, { initialize: create('initializer', 'normal'), role: 'bias' });
      const anchor = scope.state('anchor', shape, shift);
      const noise = scope.state('noise', shape, create('initializer', 'normal'));
      return ([x], { value }) => x.add(value(shift)).sub(value(anchor)).add(value(noise));
    },
  }),
});

function rowsOf({ variable }: Parameter): number {
  return variable.type.shape[0] ?? 1;
}

/** ‖v‖ of each row at the start. */
function rowLengths(kernel: Parameter): Float64Array {
  const { data, shape } = kernel.initial();
  const columns = sizeOf(shape.slice(1));
  return Float64Array.from({ length: rowsOf(kernel) }, (_, row) =>
    Math.hypot(...data.subarray(row * columns, (row + 1) * columns)),
  );
}

function unit(x: Tensor): Tensor {
  return x.div(x.square().sum().sqrt());
}

export const wrappers = definePlugin({
  name: '@wrap/plugin',
  version: '1.0.0',
  layer: {
    'wrap/bidirectional': bidirectional,
    'wrap/spectralNorm': spectralNorm,
    'wrap/weightNorm': weightNorm,
    'wrap/siamese': siamese,
    'wrap/split': split,
    'wrap/attention': attention,
    'wrap/embedding': embedding,
    'wrap/sums': sums,
    'wrap/stubborn': stubborn,
    'wrap/centred': centred,
    'wrap/anchored': anchored,
    'wrap/scaled': scaled,
  },
});

declare module '../../src/index.js' {
  interface Layers extends NamesOf<typeof wrappers.layer> {}
}

export function wrapperApp(): App {
  return tinyApp({ plugins: [wrappers] });
}
