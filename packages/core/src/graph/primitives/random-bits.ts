import { constantIndex, linearIndex } from '../../loops/index-expression.js';
import { threefry2x32 } from '../../random/threefry.js';
import { AdjointError } from '../../errors.js';
import { checkShape, formatShape, sameShape, stridesOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive, noGradient } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';

/**
 * Element i is the first word of Threefry-2×32-20 (Salmon et al. 2011) with the counter (i, key[2]) under the key
 * (key[0], key[1]): a pure function, so the same on every backend and with any number of threads.
 */
export const randomBitsPrimitive = definePrimitive<{ readonly shape: Shape }, [key: Tensor]>({
  name: 'randomBits',
  formula: 'y[i] = Threefry-2×32 of the counter i under a key',
  family: 'source',
  cost: 8,
  infer([key], { shape }) {
    checkShape(shape, 'randomBits');
    if (key.dtype !== 'int32' || !sameShape(key.shape, [3])) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `randomBits: the key is int32 [3], not ${key.dtype} ${formatShape(key.shape)}.`,
      );
    }
    return { shape, dtype: 'int32' };
  },
  vjp: noGradient,
  compute([key], _, output) {
    const [low, high, counter] = [...key.data] as [number, number, number];
    for (const i of output.data.keys()) output.data[i] = threefry2x32(low, high, i, counter)[0] | 0;
  },
  lowering: {
    kind: 'point',
    expression({ inputs: [key], shape }, indices, { at }) {
      const word = (i: number) => at(key, [constantIndex(i)]);
      return {
        kind: 'random',
        dtype: 'int32',
        index: linearIndex(indices, stridesOf(shape)),
        key: [word(0), word(1), word(2)],
      };
    },
  },
});

/** Random int32 words; `key` is int32 [3]: two words of key and the high word of the counter. */
export function randomBits(key: Tensor, shape: Shape): Tensor {
  return apply(randomBitsPrimitive, [key], { shape });
}
