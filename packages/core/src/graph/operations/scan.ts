import { AdjointError } from '../../errors.js';
import { severalOf, type Several } from '../../tensor/several.js';
import { formatShape } from '../../tensor/shape.js';
import { checkFlag, checkFunction, checkRecord, checkTensorList } from '../operand.js';
import type { Primitive } from '../primitive.js';
import { scanPrimitive } from '../primitives/scan.js';
import { reshape } from '../primitives/reshape.js';
import { recordScan, type ScanOperands } from '../scan/record-scan.js';
import type { Tensor } from '../tensor.js';

/** What a step of a scan computes. */
export interface ScanStep {
  /** The carries after the step, of the same shapes and dtypes as before it. */
  readonly carry: Several<Tensor>;
  /** What the step adds to the outputs; none if not given. */
  readonly outputs?: readonly Tensor[];
}

export interface ScanOptions {
  /** From the last step to the first; outputs stay in the order of the inputs. */
  readonly reverse?: boolean;
  /** How many steps there are; needed only where `xs` is empty. */
  readonly length?: number;
  /**
   * Steps of a segment, a divisor of T. Of each segment the carries at its start are kept for the gradient, and all else is
   * computed again: one more forward pass, and memory for T/segment carries and for the values of one segment, least with
   * segments of about √T steps (Griewank 1992).
   */
  readonly segment?: number;
}

/** What a scan returns. */
export interface Scanned {
  /** The carries after the last step. */
  readonly carry: Several<Tensor>;
  /** The outputs of all steps, each of shape [T, …]. */
  readonly outputs: readonly Tensor[];
}

type Step = (carry: Several<Tensor>, x: readonly Tensor[], t: Tensor) => ScanStep;

/**
 * A loop over time: calls `step` once, and runs what it builds for every t, with the carries of the step before and
 * `xs[…][t]`. It compiles once, whatever the length. The gradient is a loop the other way; it keeps values of each step,
 * so that its memory grows with the length; `segment` trades memory for time. What the step uses of the graph around it is the same in all steps, random
 * numbers too: draw them outside, as one of `xs`, where they are to differ.
 * @param step its `x` are the parts `xs[…][t]`, of shape xs[…].shape.slice(1), and `t` is an int32 scalar.
 * @param initial the carries before the first step.
 * @param xs tensors of shape [T, …] with one T.
 * @returns the carries after the last step, and the outputs of all steps, stacked: [T, …].
 * @throws AdjointError `SHAPE_MISMATCH` or `DTYPE_MISMATCH` if the step does not keep the types of the carries or the extents
 * differ, `ATTRIBUTE_INVALID` without a length, for segments that do not divide it, or if the step returns another number of carries.
 * @example const { carry: [sum], outputs: [sums] } = scan(([s], [x]) => ({ carry: [s.add(x)], outputs: [s.add(x)] }), [zero], [xs]);
 */
export function scan(
  step: Step,
  initial: Several<Tensor>,
  xs: readonly Tensor[] = [],
  options: ScanOptions = {},
): Scanned {
  checkFunction('scan', 'the step', step);
  checkTensorList('scan', initial);
  checkTensorList('scan', xs);
  checkRecord('scan', options);
  const { reverse = false, length = xs[0]?.shape[0], segment } = options;
  checkFlag('scan', 'reverse', reverse);
  checkLength(xs, length);
  if (segment === undefined) return loop(step, initial, xs, { reverse, length, recompute: false });
  if (!Number.isSafeInteger(segment) || segment < 1 || length % segment !== 0) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `scan: segments of ${segment} steps do not divide ${length} steps; give a whole number ≥ 1 that does.`,
    );
  }
  const count = length / segment;
  const { carry, outputs } = loop(
    (carries, parts, s) =>
      loop((inner, x, i) => step(inner, x, s.mul(segment).add(i)), carries, parts, {
        reverse,
        length: segment,
        recompute: false,
      }),
    initial,
    xs.map((x) => reshape(x, [count, segment, ...x.shape.slice(1)])),
    { reverse, length: count, recompute: true },
  );
  return { carry, outputs: outputs.map((output) => reshape(output, [length, ...output.shape.slice(2)])) };
}

/** A scan whose operands were checked. */
function loop(
  step: Step,
  initial: Several<Tensor>,
  xs: readonly Tensor[],
  options: Pick<ScanOperands, 'reverse' | 'length' | 'recompute'>,
): Scanned {
  let count = 0;
  const results = recordScan(
    { primitive: scanPrimitive as Primitive, initial, xs, ...options },
    (carries, slices, t) => {
      const { carry, outputs = [] } = step(severalOf(carries), slices, t);
      checkTensorList('scan, the carries that the step returns', carry);
      checkTensorList('scan, the outputs that the step returns', outputs);
      count = outputs.length;
      return { carry, outputs };
    },
  );
  return {
    carry: severalOf(initial.map((_, i) => results('carry', i))),
    outputs: Array.from({ length: count }, (_, i) => results('output', i)),
  };
}

function checkLength(xs: readonly Tensor[], length: number | undefined): asserts length is number {
  if (length === undefined || !Number.isSafeInteger(length) || length < 0) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `scan: the length is ${length}; without tensors that are walked along, give it as a whole number ≥ 0.`,
    );
  }
  const odd = xs.find(({ shape }) => shape[0] !== length);
  if (odd) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `scan: ${formatShape(odd.shape)} is not walked along in ${length} steps; the first axis of all tensors is the step.`,
    );
  }
}
