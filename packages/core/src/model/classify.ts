import { AdjointError } from '../errors.js';
import type { Scale } from '../graph/scale.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sizeOf } from '../tensor/shape.js';

/** The class that a model sees in an example. */
export interface PredictedClass {
  /** Number of the class. */
  readonly index: number;
  /** What it is called; its number as text where classes have no names. */
  readonly name: string;
  /** The model's output for it: a logit, a logarithm or a probability, as the model's end has it. */
  readonly score: number;
}

/**
 * The class with the largest output of each example, of outputs `[examples, classes]`. A single output stands for class 1
 * of two, from probability ½ on.
 * @throws AdjointError `OPTIONS_INVALID` for outputs of another shape, or a single one that is no logit and no probability
 */
export function classesOf(
  { data, shape }: HostTensor,
  names: readonly string[] | undefined,
  scale: Scale | undefined,
): PredictedClass[] {
  const [examples = 0, ...rest] = shape;
  const classes = sizeOf(rest);
  if (rest.filter((extent) => extent > 1).length > 1 || classes === 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `predictClasses: the model gives ${formatShape(rest)} for an example; it must give one number for each class.`,
    );
  const nameOf = (index: number): string => names?.[index] ?? String(index);
  if (classes > 1)
    return Array.from({ length: examples }, (_, example) => {
      let index = 0;
      for (let i = 1; i < classes; i++)
        if ((data[example * classes + i] ?? NaN) > (data[example * classes + index] ?? NaN)) index = i;
      return { index, name: nameOf(index), score: data[example * classes + index] ?? NaN };
    });
  if (!scale)
    throw new AdjointError(
      'OPTIONS_INVALID',
      'predictClasses: the model gives one number, and its end does not show whether that is a logit or a probability; end it with a sigmoid, or compare what predict gives.',
    );
  const threshold = { logits: 0, logProbabilities: Math.log(0.5), probabilities: 0.5 }[scale];
  return Array.from(data, (score) => {
    const index = Number(score > threshold);
    return { index, name: nameOf(index), score };
  });
}
