import type { VaryingType } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { oneHot } from '../graph/operations/shape.js';
import { scaleOf, type Scale } from '../graph/scale.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import { isFloat, type DType } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { formatShape, sameShape, sizeOf, type VaryingShape } from '../tensor/shape.js';

/**
 * What targets say of outputs [batch, …]:
 * - `numbers`: what each output is to be;
 * - `probabilities`: how probable that is which an output stands for, 0 … 1, each for itself;
 * - `classes`: of outputs [batch, classes, …places], the class of each place [batch, …places], or the probabilities of all
 *   classes, in the shape of the outputs. A single output stands for class 1 of two.
 */
export type TargetForm = 'numbers' | 'probabilities' | 'classes';

/** What a loss or a metric takes for granted. Core sees to it, so that neither stretches targets nor misreads outputs. */
export interface Expectation {
  /**
   * Form of the first target, as which it is handed on: `numbers` and `probabilities` in shape and dtype of the first
   * output, `classes` as int32 class numbers or as probabilities in the outputs' dtype. As it came, if not given.
   */
  readonly targets?: TargetForm | undefined;
  /** A class number of places that do not count, outside the classes; none if not given. */
  readonly ignoredClass?: number | undefined;
  /** What the outputs are read as. A model whose end shows them to be something else is refused. */
  readonly scale?: Scale;
}

/** Members of what has expectations, for the check of instances. */
export const expectationMembers = { targets: 'value', ignoredClass: 'value', scale: 'value' } as const;

/** What is expected of a target: the form that its first loss takes it for, and the output that it is of. */
export interface ExpectedTarget extends Expectation {
  readonly output: VaryingType;
}

/**
 * A target in its form. Builds graph.
 * @throws AdjointError `SHAPE_MISMATCH` that names both shapes, where they do not belong together.
 */
export function formTarget(who: string, form: TargetForm | undefined, target: Tensor, output: TensorType): Tensor {
  if (form === undefined) return target;
  const [batch = 1, classes = 1, ...places] = output.shape;
  if (form !== 'classes') {
    const isFlat = target.size === sizeOf(output.shape) && Math.min(target.rank, output.shape.length) <= 2;
    if (target.shape[0] === batch && (isFlat || sameShape(withoutOnes(target.shape), withoutOnes(output.shape))))
      return target.reshape(output.shape).cast(output.dtype);
    throw unfit(who, target, output, `one number for each output, ${formatShape(output.shape)}`);
  }
  const one = [batch, ...places];
  if (classes > 1 && sameShape(target.shape, output.shape)) return target.cast(output.dtype);
  if (!sameShape(withoutOnes(target.shape), withoutOnes(one)))
    throw unfit(who, target, output, `class numbers ${formatShape(one)} or probabilities ${formatShape(output.shape)}`);
  const numbers = target.reshape(one);
  return classes === 1 && isFloat(target.dtype) ? numbers.greater(0.5).cast('int32') : numbers.cast('int32');
}

/** Probabilities [batch, classes, …places] of class numbers [batch, …places]: 1 for each place's class. */
export function distributionOf(classNumbers: Tensor, classes: number, dtype: DType = 'float32'): Tensor {
  const last = oneHot(classNumbers, classes, dtype);
  const [batch = 0, ...places] = last.shape.map((_, axis) => axis);
  return last.transpose([batch, ...places.slice(-1), ...places.slice(0, -1)]);
}

/**
 * Refuses values that are none of the form; whether shapes fit is seen where a program is traced.
 * @throws AdjointError `DATA_INVALID` that names the example.
 */
export function checkTarget({ targets, ignoredClass }: Expectation, target: HostTensor, { shape }: VaryingType): void {
  const [classes = 1] = shape;
  if (targets === 'classes' && classes !== null && !isDistribution(target, shape) && (classes > 1 || !isSoft(target))) {
    const last = Math.max(2, classes) - 1;
    // With one label for an example and outputs for many places, 'flatten' was forgotten.
    const along =
      target.shape.length === 1 && shape.slice(1).some((length) => length !== 1)
        ? " along its first axis; if an example has one class, put 'flatten' before the last dense layer."
        : '.';
    const fits = { low: 0, high: last, whole: true, except: ignoredClass };
    refuse(
      target,
      fits,
      (label) => `the class ${label}; the model's output ${formatShape(shape)} has the classes 0 … ${last}${along}`,
    );
  } else if (targets === 'probabilities' || targets === 'classes') {
    refuse(
      target,
      { low: -rounding, high: 1 + rounding, whole: false },
      (share) => `the target ${share}, which is no probability; the targets of this loss or metric lie in 0 … 1.`,
    );
    if (targets === 'classes' && classes !== null && classes > 1) checkSums(target, classes);
  }
}

/** Probabilities of classes sum to 1 in each place, or to 0 where there is nothing to be learnt. */
function checkSums({ data, shape }: HostTensor, classes: number): void {
  const [batch = 1] = shape;
  const places = data.length / batch / classes;
  for (let at = 0; at < batch * places; at++) {
    const first = Math.floor(at / places) * classes * places + (at % places);
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += data[first + k * places]!;
    if (sum === 0 || Math.abs(sum - 1) < 1e-3) continue;
    throw new AdjointError(
      'DATA_INVALID',
      `Example ${Math.floor(at / places)} of the batch has targets that sum to ${sum} over the ${classes} classes; probabilities of classes sum to 1. Labels of which several apply are for losses and metrics of single probabilities, such as binaryCrossEntropy.`,
    );
  }
}

/** How far sums of float32 probabilities may leave 0 … 1. */
const rounding = 1e-5;

function isDistribution(target: HostTensor, output: VaryingShape): boolean {
  const [, classes = 1] = target.shape;
  return classes > 1 && classes === output[0] && target.shape.length === output.length + 1;
}

function isSoft({ dtype }: HostTensor): boolean {
  return isFloat(dtype);
}

interface Range {
  readonly low: number;
  readonly high: number;
  readonly whole: boolean;
  readonly except?: number | undefined;
}

/** Plain loops over locals: this is done in every step. */
function refuse(
  { data, shape }: HostTensor,
  { low, high, whole, except }: Range,
  complaint: (value: number) => string,
): void {
  const { length } = data;
  let at = 0;
  for (; at < length; at++) {
    const value = data[at]!;
    if (!(value >= low && value <= high && (!whole || value === Math.floor(value))) && value !== except) break;
  }
  if (at === length) return;
  const example = Math.floor((at * (shape[0] ?? 1)) / length);
  throw new AdjointError('DATA_INVALID', `Example ${example} of the batch has ${complaint(data[at]!)}`);
}

/**
 * Refuses outputs that the graph shows to be something else than what they are read as. Logarithms of probabilities are
 * logits, too.
 * @throws AdjointError `OPTIONS_INVALID`
 */
export function checkScale(who: string, scale: Scale | undefined, outputs: readonly Tensor[]): void {
  for (const output of outputs) {
    const shown = scaleOf(output);
    if (!scale || !shown || shown === scale || (scale === 'logits' && shown === 'logProbabilities')) continue;
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who} takes ${words[scale]}, but the model gives ${words[shown]}${hints[shown]}. Change the model's end, or say what it gives where there is an option for it: scale: '${shown}'.`,
    );
  }
}

const words: Readonly<Record<Scale, string>> = {
  logits: 'logits',
  probabilities: 'probabilities',
  logProbabilities: 'logarithms of probabilities',
};

const hints: Readonly<Record<Scale, string>> = {
  logits: ': it ends in sums and products with parameters, and in no sigmoid or softmax',
  probabilities: ': it ends in a sigmoid or softmax',
  logProbabilities: ': it ends in a logSoftmax',
};

/** The batch axis, and the others that hold something. */
function withoutOnes([batch = 1, ...rest]: readonly number[]): number[] {
  return [batch, ...rest.filter((extent) => extent !== 1)];
}

function unfit(who: string, target: Tensor, output: TensorType, expected: string): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `${who}: the targets ${formatShape(target.shape)} do not fit the outputs ${formatShape(output.shape)}; give ${expected}.`,
  );
}
