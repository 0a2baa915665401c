import {
  AdjointError,
  broadcastTo,
  concatenate,
  defineLoss,
  formatShape,
  literal,
  scan,
  stack,
  stopGradient,
  takeAlongAxis,
  where,
  type HostTensor,
  type Tensor,
  type VaryingType,
} from '@adjoint/core';
import { boolean, documented, integer, object, optional, refine } from '@adjoint/core/options';

/** ln 0 of paths that there are not: finite, so that differences of two are numbers. */
const impossible = -1e30;

/**
 * Connectionist temporal classification: how probable a text is, whatever its alignment with the times. Logits are
 * [batch, times, classes]. Targets are labels [batch, length], after the text filled up with blanks, and perhaps the
 * numbers of times [batch] and the lengths of texts [batch], where they are not all times and all that is no blank.
 */
export const ctc = defineLoss({
  options: object({
    blank: documented(
      optional(
        refine(integer, (blank) => blank >= 0, 'a class number'),
        0,
      ),
      'Class of the blank.',
    ),
    perLabel: documented(optional(boolean, false), 'Whether the loss of a text is divided by its length.'),
    zeroInfinity: documented(
      optional(boolean, false),
      'Whether texts that do not fit into their times count as 0, and not as ∞.',
    ),
  }),
  formula: 'L = −mean over examples of ln Σ over paths π that read as the text of Π_t softmax(z_t)_{π_t}',
  source: 'Graves et al. 2006, equations 6 to 8',
  examples: [
    { outputs: [[5, 3]], targets: [{ shape: [2], dtype: 'int32', low: 1, high: 2 }] },
    { options: { perLabel: true }, outputs: [[4, 3]], targets: [{ shape: [1], dtype: 'int32', low: 1, high: 2 }] },
  ],
  create: ({ blank, perLabel, zeroInfinity }) => ({
    scale: 'logits',
    terms({ output, targets: [labels, times, lengths] }) {
      if (!labels)
        throw new AdjointError('DATA_INVALID', 'ctc: the data have no targets; give labels [batch, length].');
      checkShapes(output, labels, [times, lengths]);
      const [batch = 0] = output.shape;
      const text = labels.cast('int32');
      const count = lengths ? lengths.reshape([batch]).cast('int32') : text.notEqual(blank).cast('int32').sum(1);
      const until = times?.reshape([batch]).cast('int32');
      const last = forward(output.logSoftmax(2), text, blank, until);
      // A text ends with its last label, or with the blank after it.
      const ends = stack([count.mul(2), count.mul(2).sub(1).maximum(0)], 1);
      const [onBlank, onLabel] = [0, 1].map((end) =>
        takeAlongAxis(last, ends.slice([0, end], [batch, end + 1]), 1).squeeze(1),
      ) as [Tensor, Tensor];
      const total = addLogarithms(onBlank, where(count.greater(0), onLabel, impossible)).neg();
      const loss = where(total.less(-impossible / 2), total, zeroInfinity ? 0 : Infinity);
      return perLabel ? loss.div(count.maximum(1).cast(loss.dtype)) : loss;
    },
    check: checkLabels,
  }),
});

/**
 * ln of the probability that the paths up to the last time end at each place of the text with blanks around its labels:
 * [batch, times, classes] and [batch, length] → [batch, 2·length + 1].
 */
function forward(logarithms: Tensor, text: Tensor, blank: number, until: Tensor | undefined): Tensor {
  const [batch = 0, steps = 0] = logarithms.shape;
  const blanks = broadcastTo(literal(blank, 'int32'), text.shape);
  const spread = concatenate([stack([blanks, text], 2).reshape([batch, -1]), blanks.slice([0, 0], [batch, 1])], 1);
  const [, length = 1] = spread.shape;
  const ofPlaces = takeAlongAxis(logarithms, spread.expandDims(1).broadcastTo([batch, steps, length]), 2);
  const skips = spread.notEqual(shifted(spread, 2, blank));
  const start = concatenate([fill(0, [batch, 1], ofPlaces), fill(impossible, [batch, length - 1], ofPlaces)], 1);
  const { carry } = scan(
    ([before], [now], t) => {
      const skipping = where(skips, shifted(before, 2, impossible), impossible);
      const after = addLogarithms(before, shifted(before, 1, impossible), skipping).add(now!);
      return { carry: [until ? where(t.less(until).expandDims(1), after, before) : after] };
    },
    [start],
    [ofPlaces.transpose([1, 0, 2])],
  );
  return carry[0];
}

/** Rows moved to the right: [batch, length]. */
function shifted(rows: Tensor, by: number, value: number): Tensor {
  const [batch = 0, length = 0] = rows.shape;
  return concatenate([fill(value, [batch, by], rows), rows.slice([0, 0], [batch, length - by])], 1);
}

function fill(value: number, shape: readonly number[], { dtype }: Tensor): Tensor {
  return broadcastTo(literal(value, dtype), shape);
}

/** ln Σ e^x of several tensors, element by element. */
function addLogarithms(...parts: readonly [Tensor, ...Tensor[]]): Tensor {
  const largest = stopGradient(parts.reduce((most, part) => most.maximum(part)));
  const total = parts.map((part) => part.sub(largest).exp()).reduce((sum, part) => sum.add(part));
  return total.log().add(largest);
}

function checkShapes(output: Tensor, labels: Tensor, counts: readonly (Tensor | undefined)[]): void {
  const [batch = 0] = output.shape;
  const fits = output.rank === 3 && labels.rank === 2 && labels.shape[0] === batch && labels.shape[1]! > 0;
  if (fits && counts.every((count) => count === undefined || count.size === batch)) return;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `ctc: takes logits [batch, times, classes] and labels [batch, length], perhaps with numbers of times and lengths [batch], but the outputs are ${formatShape(output.shape)} and the targets ${[labels, ...counts].flatMap((target) => (target ? formatShape(target.shape) : [])).join(', ')}.`,
  );
}

function checkLabels([labels, times, lengths]: readonly HostTensor[], { shape }: VaryingType): void {
  const [steps, classes] = shape;
  const limits = [
    ['label', labels, 0, (classes ?? Infinity) - 1],
    ['number of times', times, 1, steps ?? Infinity],
    ['length', lengths, 0, labels?.shape[1] ?? Infinity],
  ] as const;
  for (const [what, target, low, high] of limits) {
    const wrong = target?.data.find((value) => !(Number.isInteger(value) && value >= low && value <= high));
    if (wrong !== undefined)
      throw new AdjointError(
        'DATA_INVALID',
        `ctc: a ${what} is ${wrong}; it must be a whole number from ${low} to ${high}.`,
      );
  }
}
