import {
  anyOf,
  count,
  documented,
  number,
  object,
  oneOf,
  optional,
  positive,
  type Schema,
} from '../registry/options/index.js';
import { defineInitializer } from './initializer.js';
import type { NamesOf } from '../registry/plugin.js';
import { sizeOf, type Shape } from '../tensor/shape.js';
import type { Fans, Initializer } from './initializer.js';

const none = object({});

/** The square of the gain before an activation f: 1/E[f(x)²], near enough, for x ~ N(0, 1). */
const squaredGains = { linear: 1, sigmoid: 1, tanh: 25 / 9, relu: 2, selu: 9 / 16 } as const;
type Gain = number | keyof typeof squaredGains;

/** How much larger than for a linear layer weights start, as a number or by the activation that follows. */
function gainOption(fallback: Gain): Schema<Gain | undefined, Gain> & { type: 'optional' } {
  const named = oneOf('linear', 'sigmoid', 'tanh', 'relu', 'selu');
  return documented(
    optional(anyOf(positive, named), fallback),
    'How much larger than before a linear layer: a number, or the activation that follows.',
  );
}

function squared(gain: Gain): number {
  return typeof gain === 'number' ? gain * gain : squaredGains[gain];
}

/** Uniform numbers in ±limit. */
function uniformWithin(limit: (fans: Fans) => number): Initializer {
  return (shape, { random, ...fans }) => {
    const bound = limit(fans);
    return fill(shape, () => (2 * random.uniform() - 1) * bound);
  };
}

/** Normal numbers of mean 0. */
function normalWith(deviation: (fans: Fans) => number): Initializer {
  return (shape, { random, ...fans }) => {
    const scale = deviation(fans);
    return fill(shape, () => random.normal() * scale);
  };
}

function fill(shape: Shape, value: () => number): Float64Array {
  return new Float64Array(sizeOf(shape)).map(value);
}

const zeros = defineInitializer({ options: none, formula: 'w = 0', create: () => (shape) => fill(shape, () => 0) });
const ones = defineInitializer({ options: none, formula: 'w = 1', create: () => (shape) => fill(shape, () => 1) });
const constant = defineInitializer({
  options: object({ value: documented(number, 'What every weight is.') }),
  formula: 'w = value',
  examples: [{ options: { value: 0.5 } }],
  create:
    ({ value }) =>
    (shape) =>
      fill(shape, () => value),
});
const uniform = defineInitializer({
  options: object({ limit: documented(optional(positive, 0.05), 'Largest size.') }),
  formula: 'w ~ U(−limit, limit)',
  create: ({ limit }) => uniformWithin(() => limit),
});
const normal = defineInitializer({
  options: object({ deviation: documented(optional(positive, 0.05), 'Standard deviation.') }),
  formula: 'w ~ N(0, deviation²)',
  create: ({ deviation }) => normalWith(() => deviation),
});
const glorot = object({ gain: gainOption('linear') });
const glorotUniform = defineInitializer({
  options: glorot,
  formula: 'w ~ U(±gain·√(6/(fanIn + fanOut)))',
  source: 'Glorot & Bengio 2010, equation 16',
  create: ({ gain }) => uniformWithin(({ fanIn, fanOut }) => Math.sqrt((6 * squared(gain)) / (fanIn + fanOut))),
});
const glorotNormal = defineInitializer({
  options: glorot,
  formula: 'w ~ N(0, 2·gain²/(fanIn + fanOut))',
  source: 'Glorot & Bengio 2010, equation 12',
  create: ({ gain }) => normalWith(({ fanIn, fanOut }) => Math.sqrt((2 * squared(gain)) / (fanIn + fanOut))),
});
const he = object({
  gain: gainOption('relu'),
  fan: documented(optional(oneOf('in', 'out'), 'in'), 'Whether activations or gradients keep their variance.'),
});
const heUniform = defineInitializer({
  options: he,
  formula: 'w ~ U(±gain·√(3/fan))',
  source: 'He et al. 2015, equations 10 and 14',
  create: ({ gain, fan }) =>
    uniformWithin(({ fanIn, fanOut }) => Math.sqrt((3 * squared(gain)) / (fan === 'in' ? fanIn : fanOut))),
});
const heNormal = defineInitializer({
  options: he,
  formula: 'w ~ N(0, gain²/fan)',
  source: 'He et al. 2015, equations 10 and 14',
  create: ({ gain, fan }) =>
    normalWith(({ fanIn, fanOut }) => Math.sqrt(squared(gain) / (fan === 'in' ? fanIn : fanOut))),
});
const lecunNormal = defineInitializer({
  options: none,
  formula: 'w ~ N(0, 1/fanIn)',
  source: 'LeCun et al. 1998, "Efficient BackProp", equation 16',
  create: () => normalWith(({ fanIn }) => Math.sqrt(1 / fanIn)),
});
const lecunUniform = defineInitializer({
  options: none,
  formula: 'w ~ U(±√(3/fanIn))',
  source: 'LeCun et al. 1998, "Efficient BackProp", equation 16',
  create: () => uniformWithin(({ fanIn }) => Math.sqrt(3 / fanIn)),
});
const truncatedNormal = defineInitializer({
  options: object({
    deviation: documented(optional(positive, 0.02), 'Standard deviation before the tails are cut off.'),
    bound: documented(optional(positive, 2), 'Where they are cut off, in standard deviations; drawn anew beyond.'),
  }),
  formula: 'w ~ N(0, deviation²) given |w| ≤ bound·deviation',
  create:
    ({ deviation, bound }) =>
    (shape, { random }) =>
      fill(shape, () => {
        let drawn = random.normal();
        while (Math.abs(drawn) > bound) drawn = random.normal();
        return drawn * deviation;
      }),
});
const orthogonal = defineInitializer({
  options: object({ gain: gainOption('linear') }),
  formula: 'w·wᵀ = gain²·I or wᵀ·w = gain²·I, w being [outputs, all else]',
  source: 'Saxe et al. 2014, section 3',
  create:
    ({ gain }) =>
    (shape, { random }) => {
      const rows = shape[0] ?? 1;
      const columns = sizeOf(shape.slice(1));
      const [directionCount, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      const directions = orthonormal(directionCount, length, () => random.normal());
      const at = (row: number, column: number): number =>
        rows <= columns ? directions[row]![column]! : directions[column]![row]!;
      return Float64Array.from(
        { length: rows * columns },
        (_, i) => Math.sqrt(squared(gain)) * at(Math.floor(i / columns), i % columns),
      );
    },
});
const dirac = defineInitializer({
  options: object({ groups: documented(optional(count, 1), 'Groups of the convolution; each starts on its own.') }),
  formula: 'w[i, i, centre] = 1, all else 0: the layer starts by passing its channels on',
  source: 'Zagoruyko & Komodakis 2017',
  create:
    ({ groups }) =>
    (shape) => {
      const [outputs = 1, inputs = 1, ...field] = shape;
      const weights = new Float64Array(sizeOf(shape));
      const centre = field.reduce((flat, extent) => flat * extent + Math.floor(extent / 2), 0);
      const perGroup = Math.ceil(outputs / groups);
      for (let output = 0; output < outputs; output++) {
        const channel = output % perGroup;
        if (channel < inputs) weights[(output * inputs + channel) * sizeOf(field) + centre] = 1;
      }
      return weights;
    },
});
const fanInUniform = defineInitializer({
  options: none,
  formula: 'w ~ U(±1/√fanIn)',
  source: "LeCun et al. 1998; the default of PyTorch's Linear and Conv layers",
  create: () => uniformWithin(({ fanIn }) => 1 / Math.sqrt(fanIn)),
});

/** Directions at right angles, uniform among all such, by Gram and Schmidt's method twice over, which is enough. */
function orthonormal(howMany: number, length: number, draw: () => number): Float64Array[] {
  const found: Float64Array[] = [];
  while (found.length < howMany) {
    const next = new Float64Array(length).map(draw);
    for (const other of [...found, ...found]) {
      const along = next.reduce((sum, value, i) => sum + value * other[i]!, 0);
      for (let i = 0; i < length; i++) next[i]! -= along * other[i]!;
    }
    const size = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    found.push(next.map((value) => value / size));
  }
  return found;
}

/** By name. */
export const initializers = {
  zeros,
  ones,
  constant,
  uniform,
  normal,
  glorotUniform,
  glorotNormal,
  heUniform,
  heNormal,
  lecunNormal,
  lecunUniform,
  truncatedNormal,
  orthogonal,
  dirac,
  fanInUniform,
};

declare module './initializer.js' {
  interface Initializers extends NamesOf<typeof initializers> {}
}
