import { number, object, optional, positive } from '../registry/options/index.js';
import { defineInitializer } from './initializer.js';
import type { NamesOf } from '../registry/plugin.js';
import { sizeOf, type Shape } from '../tensor/shape.js';
import type { Fans, Initializer } from './initializer.js';

const none = object({});

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
  options: object({ value: number }),
  formula: 'w = value',
  examples: [{ options: { value: 0.5 } }],
  create:
    ({ value }) =>
    (shape) =>
      fill(shape, () => value),
});
const uniform = defineInitializer({
  options: object({ limit: optional(positive, 0.05) }),
  formula: 'w ~ U(−limit, limit)',
  create: ({ limit }) => uniformWithin(() => limit),
});
const normal = defineInitializer({
  options: object({ deviation: optional(positive, 0.05) }),
  formula: 'w ~ N(0, deviation²)',
  create: ({ deviation }) => normalWith(() => deviation),
});
const glorotUniform = defineInitializer({
  options: none,
  formula: 'w ~ U(±√(6/(fanIn + fanOut)))',
  source: 'Glorot & Bengio 2010, equation 16',
  create: () => uniformWithin(({ fanIn, fanOut }) => Math.sqrt(6 / (fanIn + fanOut))),
});
const glorotNormal = defineInitializer({
  options: none,
  formula: 'w ~ N(0, 2/(fanIn + fanOut))',
  source: 'Glorot & Bengio 2010, equation 12',
  create: () => normalWith(({ fanIn, fanOut }) => Math.sqrt(2 / (fanIn + fanOut))),
});
const heUniform = defineInitializer({
  options: none,
  formula: 'w ~ U(±√(6/fanIn))',
  source: 'He et al. 2015, equation 10',
  create: () => uniformWithin(({ fanIn }) => Math.sqrt(6 / fanIn)),
});
const heNormal = defineInitializer({
  options: none,
  formula: 'w ~ N(0, 2/fanIn)',
  source: 'He et al. 2015, equation 10',
  create: () => normalWith(({ fanIn }) => Math.sqrt(2 / fanIn)),
});
const lecunNormal = defineInitializer({
  options: none,
  formula: 'w ~ N(0, 1/fanIn)',
  source: 'LeCun et al. 1998, "Efficient BackProp", equation 16',
  create: () => normalWith(({ fanIn }) => Math.sqrt(1 / fanIn)),
});
const fanInUniform = defineInitializer({
  options: none,
  formula: 'w ~ U(±1/√fanIn)',
  source: "LeCun et al. 1998; the default of PyTorch's Linear and Conv layers",
  create: () => uniformWithin(({ fanIn }) => 1 / Math.sqrt(fanIn)),
});

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
  fanInUniform,
};

declare module './initializer.js' {
  interface Initializers extends NamesOf<typeof initializers> {}
}
