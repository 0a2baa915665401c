import { createApp } from 'adjoint';
import {
  hostTensor,
  RandomSource,
  type App,
  type ExampleType,
  type HostTensor,
  type InputExample,
  type Model,
  type Shape,
} from '@adjoint/core';

/** Numbers in −1 … 1 that depend on the name alone. */
export function randomTensor(name: string, shape: Shape): HostTensor {
  const random = new RandomSource(1).child(name);
  const size = shape.reduce((product, extent) => product * extent, 1);
  return hostTensor(
    Float32Array.from({ length: size }, () => 2 * random.uniform() - 1),
    shape,
  );
}

/** The largest difference of two arrays of numbers; NaN is equal to itself alone. */
export function difference(a: HostTensor | undefined, b: HostTensor): number {
  if (!a || a.data.length !== b.data.length) return Infinity;
  let largest = 0;
  for (const [i, value] of b.data.entries()) {
    const own = a.data[i] ?? NaN;
    if (Object.is(own, value) || own === value) continue;
    const distance = Math.abs(own - value);
    largest = Number.isNaN(distance) ? Infinity : Math.max(largest, distance);
  }
  return largest;
}

/** Runs something with an app of its own. */
export async function withApp<T>(work: (app: App) => Promise<T>): Promise<T> {
  const app = createApp();
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

/** A model of one layer for an example of its definition, and so many random examples of its inputs `x0`, `x1`, … */
export function modelOfExample(
  app: App,
  name: string,
  example: { readonly options?: unknown; readonly inputs?: unknown },
  { random, count }: { readonly random: RandomSource; readonly count: number },
): { readonly model: Model; readonly inputs: HostTensor[] } {
  const types = ((example.inputs ?? []) as readonly (Shape | InputExample)[]).map(typeOf);
  const choice = app.check('layer', example.options === undefined ? name : { [name]: example.options });
  const model = app.model(({ input, layer }) =>
    layer(
      choice,
      types.map(({ shape, dtype }, i) => input(shape, { dtype, name: `x${i}` })),
    ),
  );
  const inputs = types.map(({ shape, dtype, below }) => {
    const size = shape.reduce((product, extent) => product * extent, count);
    const data = Array.from({ length: size }, () =>
      dtype.startsWith('float') ? 2 * random.uniform() - 1 : random.integer(below ?? 2),
    );
    return hostTensor(data, [count, ...shape], dtype);
  });
  return { model, inputs };
}

function typeOf(example: Shape | InputExample): ExampleType & { readonly below?: number } {
  return 'dtype' in example ? example : { shape: example, dtype: 'float32' };
}
