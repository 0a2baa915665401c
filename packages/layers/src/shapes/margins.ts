import { AdjointError, defineLayer, formatShape, padWith, type Layer, type Tensor } from '@adjoint/core';
import {
  anyOf,
  array,
  documented,
  integer,
  natural,
  number,
  object,
  oneOf,
  optional,
  tuple,
  type Schema,
} from '@adjoint/core/options';

type Margins = number | readonly (readonly [number, number])[];

const notNegative = natural;
const marginsOf = (element: Schema<number>): Schema<Margins> => anyOf(element, array(tuple(element, element)));

/** [before, after] of each axis of a batch; a number stands for all places, and pairs for the last axes. */
function perAxis(name: string, given: Margins, rank: number): (readonly [number, number])[] {
  const pairs =
    typeof given === 'number' ? Array.from({ length: Math.max(0, rank - 1) }, () => [given, given] as const) : given;
  if (pairs.length > rank)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${name}: has ${pairs.length} pairs, but an example has ${rank} axes; give one for each of its last axes.`,
    );
  return [...Array.from({ length: rank + 1 - pairs.length }, () => [0, 0] as const), ...pairs];
}

function layerOf(
  name: string,
  given: Margins,
  map: (x: Tensor, perAxis: (readonly [number, number])[]) => Tensor,
): Layer {
  return {
    build([{ shape }]) {
      const axes = perAxis(name, given, shape.length);
      return ([x]) => map(x, axes);
    },
  };
}

/** Adds a margin around the places of an example. */
export const pad = defineLayer({
  options: object({
    padding: documented(
      marginsOf(integer),
      'Elements on each side of all axes but the channels, or [before, after] for each of the last axes; negative numbers crop.',
    ),
    mode: documented(
      optional(oneOf('constant', 'reflect', 'replicate', 'circular'), 'constant'),
      'What stands in the margin: `value`, the mirrored inside, its edge, or the other side.',
    ),
    value: documented(optional(number, 0), 'In mode constant.'),
  }),
  description: 'A margin around an example.',
  examples: [
    { options: { padding: 1 }, inputs: [[1, 2, 2]] },
    { options: { padding: [[1, 2]], mode: 'reflect' }, inputs: [[2, 3]] },
  ],
  create: ({ padding: given, mode, value }) => layerOf('pad', given, (x, axes) => padWith(x, axes, mode, value)),
});

/** Cuts a margin off the places of an example. */
export const crop = defineLayer({
  options: object({
    cropping: documented(
      marginsOf(notNegative),
      'Elements on each side of all axes but the channels, or [before, after] for each of the last axes.',
    ),
  }),
  description: 'An example without its margin.',
  examples: [{ options: { cropping: 1 }, inputs: [[1, 3, 4]] }],
  create: ({ cropping: given }) =>
    layerOf('crop', given, (x, axes) => {
      const empty = axes.findIndex(([before, after], d) => before + after >= (x.shape[d] ?? 0) && before + after > 0);
      if (empty > 0)
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `crop: nothing is left of axis ${empty} of an example ${formatShape(x.shape.slice(1))}; cut less off.`,
        );
      return padWith(
        x,
        axes.map(([before, after]) => [-before, -after] as const),
      );
    }),
});
