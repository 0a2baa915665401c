import { readFileSync } from 'node:fs';
import { hostTensor, type DType, type HostTensor } from '@adjoint/core';

/** Tensors by name. */
export type Values = Readonly<Record<string, HostTensor>>;

/** A computation with its result, from another program or from a formula. */
export interface Case<Attributes> {
  readonly name: string;
  /** What is computed, and with which options. */
  readonly attrs: Attributes;
  readonly inputs: Values;
  readonly outputs: Values;
  /** Weights of the outputs in the scalar whose gradients are given: Σ output·cotangent. */
  readonly cotangents?: Values;
  /** The gradients of that scalar by some of the inputs. */
  readonly grads?: Values;
}

/** A tensor in a file: float64, int32 or bool, row by row. JSON has no NaN and no infinities, so they are strings. */
interface StatedTensor {
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly data: readonly (number | string | boolean)[];
}

type Stated = Readonly<Record<string, StatedTensor>>;

interface StatedCase<Attributes> {
  readonly name: string;
  readonly attrs: Attributes;
  readonly inputs: Stated;
  readonly outputs: Stated;
  readonly cotangents?: Stated;
  readonly grads?: Stated;
}

/** The cases of a JSON file `{ source, cases }`. */
export function readCases<Attributes>(file: URL): Case<Attributes>[] {
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: StatedCase<Attributes>[] };
  return cases.map(({ name, attrs, inputs, outputs, cotangents, grads }) => ({
    name,
    attrs,
    inputs: valuesOf(inputs),
    outputs: valuesOf(outputs),
    ...(cotangents && { cotangents: valuesOf(cotangents) }),
    ...(grads && { grads: valuesOf(grads) }),
  }));
}

function valuesOf(stated: Stated): Values {
  return Object.fromEntries(
    Object.entries(stated).map(([name, { data, shape, dtype }]) => [
      name,
      hostTensor(Float64Array.from(data, Number), shape, dtype),
    ]),
  );
}
