import { elementTypeOf } from '../format/element-types.js';
import type { Emission, Emitters } from './emitter.js';
import { UINT32, type GraphWriter } from './graph-writer.js';

/** Skein's parity word, and the distances of the rotations of odd and even rounds of four. */
const parity = 0x1b_d1_1b_da;
const distances = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/**
 * Threefry-2×32-20 of the counters (i, key[2]) under the key (key[0], key[1]), in words of uint32, whose sums wrap (Salmon et
 * al. 2011, section 3.2).
 */
function randomBits({ writer, views, inputs, node }: Emission): string {
  const key = writer.node('Cast', [inputs[0] ?? ''], { to: UINT32 });
  const word = (i: number): string =>
    writer.node('Slice', [key, ...[i, i + 1, 0].map((value) => writer.integers([value]))]);
  const number = (value: number): string => writer.words(Uint32Array.of(value), [1]);
  const [first, second] = [word(0), word(1)];
  const xor = (a: string, b: string): string => writer.node('BitwiseXor', [a, b]);
  const add = (a: string, b: string): string => writer.node('Add', [a, b]);
  let keys = [first, second, xor(xor(first, second), number(parity))];
  const counters = writer.words(
    Uint32Array.from({ length: node.size }, (_, i) => i),
    [node.size],
  );
  let [x0, x1] = [add(counters, first), add(word(2), second)];
  for (let injection = 1; injection <= 5; injection++) {
    for (const distance of distances[(injection + 1) % 2] ?? []) {
      x0 = add(x0, x1);
      x1 = xor(rotated(writer, x1, distance, number), x0);
    }
    x0 = add(x0, keys[1] ?? '');
    x1 = add(add(x1, keys[2] ?? ''), number(injection));
    keys = [...keys.slice(1), ...keys.slice(0, 1)];
  }
  return views.reshape(writer.node('Cast', [x0], { to: elementTypeOf.int32 }), [node.size], node.shape);
}

function rotated(writer: GraphWriter, x: string, distance: number, number: (value: number) => string): string {
  const left = writer.node('BitShift', [x, number(distance)], { direction: 'LEFT' });
  const right = writer.node('BitShift', [x, number(32 - distance)], { direction: 'RIGHT' });
  return writer.node('BitwiseOr', [left, right]);
}

export const random: Emitters = { randomBits };
