import {
  AdjointError,
  formatShape,
  severalOf,
  type Examples,
  type HostTensor,
  type Model,
  type Scale,
} from '@adjoint/core';
import { oneOf, validateOptions } from '@adjoint/core/options';
import { softmaxOfRows } from '../numbers.js';

const scales = oneOf('logits', 'logProbabilities', 'probabilities');

/**
 * Outputs [examples, classes] of a model as class probabilities. A single output, [examples, 1], stands for class 1 of two.
 * @param scale what the outputs are: `model.outputScale`, or logits if not given
 * @returns float64 [examples, classes], of two classes where there is one output
 * @throws AdjointError `SHAPE_MISMATCH` for outputs of another shape
 */
export function probabilitiesOf({ data, shape }: HostTensor, scale: Scale = 'logits'): HostTensor {
  validateOptions(scales, scale, 'probabilitiesOf: the scale');
  const [examples = 0, classes = 0] = shape;
  if (shape.length !== 2 || classes === 0)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `probabilitiesOf: takes outputs [examples, classes], not ${formatShape(shape)}.`,
    );
  const own = Float64Array.from(data);
  if (classes > 1)
    return { data: scale === 'probabilities' ? own : softmaxOfRows(own, classes), shape, dtype: 'float64' };
  const yes = {
    probabilities: own,
    logProbabilities: own.map(Math.exp),
    logits: own.map((z) => 1 / (1 + Math.exp(-z))),
  }[scale];
  return { data: Float64Array.from([...yes].flatMap((p) => [1 - p, p])), shape: [examples, 2], dtype: 'float64' };
}

/**
 * Passes of a model with its dropout and noise on, as while training: samples of what it might be (Gal & Ghahramani 2016,
 * section 3). `uncertainty(draws.map((draw) => probabilitiesOf(draw, model.outputScale)))` says how sure it is.
 * @returns outputs [examples, …] of each pass; the same numbers give the same passes
 */
export async function monteCarlo(
  model: Model,
  examples: Examples,
  { passes = 20, seed = 0 }: { readonly passes?: number; readonly seed?: number } = {},
): Promise<HostTensor[]> {
  const drawn: HostTensor[] = [];
  for (let pass = 0; pass < passes; pass++)
    drawn.push(await model.predict(examples, { draw: seed * 1_000_003 + pass }));
  return [...severalOf(drawn)];
}
