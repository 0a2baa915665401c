import { isHostTensor } from '../tensor/host-tensor.js';
import type { ExampleArray, ExampleInputs } from './examples.js';

/** What is known of examples: numbers, class numbers, or names of classes; of several targets, a list. */
export type Labels = ExampleArray | readonly string[] | string | readonly (ExampleArray | readonly string[])[];

/** Examples and what is known of them, as arrays: `x` and `y`, or `xs` and `ys`. */
export type LabelledArrays =
  | { readonly x: ExampleInputs; readonly y?: Labels; readonly weights?: ExampleArray }
  | { readonly xs: ExampleInputs; readonly ys?: Labels; readonly weights?: ExampleArray };

/** Inputs and targets as they were given. */
export interface Pair {
  readonly x: unknown;
  readonly y: unknown;
  readonly weights: unknown;
}

/** The parts of labelled arrays, or of an item of a stream. */
export function pairOf(value: unknown): Pair | undefined {
  if (typeof value !== 'object' || value === null || isHostTensor(value)) return undefined;
  const { x, y, xs, ys, weights } = value as { readonly [name: string]: unknown };
  if (x !== undefined) return { x, y, weights };
  return xs === undefined ? undefined : { x: xs, y: ys, weights };
}
