import type { Engine, HostTensor, Tensor, Variable } from '@adjoint/core';
import type { HostArray } from '../initial-arrays.js';

/** Variables that start as the arrays. */
export function variables<Name extends string>(
  engine: Engine,
  arrays: Readonly<Record<Name, HostArray>>,
): Record<Name, Variable> {
  const entries = Object.entries<HostArray>(arrays);
  return Object.fromEntries(
    entries.map(([name, { data, shape }]) => [name, engine.variable(data, { name, shape })]),
  ) as Record<Name, Variable>;
}

export function zeros(engine: Engine, shape: readonly number[]): Variable {
  return engine.variable(new Float32Array(shape.reduce((product, extent) => product * extent, 1)), { shape });
}

/** An array as an input of a traced function. */
export function input({ data, shape }: HostArray): HostTensor {
  return { data, shape, dtype: 'float32' };
}

export function labelInput({ data, shape }: HostArray): HostTensor {
  return { data: Int32Array.from(data), shape, dtype: 'int32' };
}

export function meanOfSquares(tensor: Tensor): Tensor {
  return tensor.mul(tensor).mean();
}
