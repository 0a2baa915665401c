import test from 'ava';
import fc from 'fast-check';
import { ReferenceBackend } from '../../src/backend/index.js';
import { windowArgMax } from '../../src/graph/index.js';
import {
  adaptivePool,
  averagePool,
  convolve,
  convolveTransposed,
  Engine,
  fold,
  gradCheck,
  hostTensor,
  lpPool,
  maxPool,
  pixelShuffle,
  pixelUnshuffle,
  RandomSource,
  resize,
  unfold,
  unpool,
  type SpatialPadding,
  type Tensor,
} from '../../src/index.js';
import { differenceOf } from '../../src/testing/difference.js';
import { randomTensor } from '../../src/testing/random-tensor.js';

const engine = new Engine(new ReferenceBackend());
const seed = fc.nat();
const inner = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum();

/** Random windows over [2, 2·groups, a, b] that fit. */
function windows(random: RandomSource) {
  const each = (below: number, from = 1): [number, number] => [
    from + random.integer(below),
    from + random.integer(below),
  ];
  const [size, stride, dilation, extent] = [each(3), each(3), each(2), each(4, 6)];
  const padding = size.map((): [number, number] => [random.integer(2), random.integer(2)]);
  return {
    size,
    stride,
    dilation,
    extent,
    padding,
    draw: (shape: number[]) => engine.tensor(randomTensor(random, shape)),
  };
}

test('the transposed convolution is the adjoint of the convolution by its input', async (t) => {
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const random = new RandomSource(number);
      const { size, stride, dilation, extent, padding: pairs, draw } = windows(random);
      const groups = 1 + random.integer(2);
      const padding = ([pairs, 'valid', 'same', 'causal', 1] as SpatialPadding[])[random.integer(5)]!;
      const [x, w] = [draw([2, 2 * groups, ...extent]), draw([3 * groups, 2, ...size])];
      const y = convolve(x, w, { stride, dilation, padding, groups });
      const g = draw([...y.shape]);
      // What the convolution leaves over at the end is told by outputPadding; 'same' comes out at a multiple of the stride.
      if (padding === 'same' && extent.some((a, d) => a % stride[d]! !== 0)) return;
      const plain = convolveTransposed(g, w, { stride, dilation, padding, groups });
      const outputPadding = extent.map((a, d) => a - plain.shape[d + 2]!);
      if (outputPadding.some((rest, d) => rest > 0 && rest >= Math.max(stride[d]!, dilation[d]!))) return;
      const back = convolveTransposed(g, w, { stride, dilation, padding, groups, outputPadding });
      t.deepEqual(back.shape, x.shape);
      const [left, right] = await engine.evaluate([inner(y, g), inner(x, back)]);
      t.is(differenceOf(left!, right!), undefined, JSON.stringify({ extent, size, stride, dilation, padding }));
    }),
    { numRuns: 80 },
  );
});

test('a convolution is a product with the unfolded input, and fold is the adjoint of unfold', async (t) => {
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const { size, stride, dilation, extent, padding, draw } = windows(new RandomSource(number));
      const options = { size, stride, dilation, padding };
      const [x, w] = [draw([2, 2, ...extent]), draw([3, 2, ...size])];
      const columns = unfold(x, options);
      const y = convolve(x, w, { stride, dilation, padding });
      const product = w.reshape([3, columns.shape[1]!]).matmul(columns);
      const g = draw([...columns.shape]);
      const [direct, unfolded, left, right] = await engine.evaluate([
        y,
        product.reshape(y.shape),
        inner(columns, g),
        inner(x, fold(g, extent, options)),
      ]);
      t.is(differenceOf(direct!, unfolded!), undefined);
      t.is(differenceOf(left!, right!), undefined);
    }),
    { numRuns: 40 },
  );
});

test('unpooling puts maxima back where they were, and is the adjoint of max pooling', async (t) => {
  const window = {
    size: [2, 2],
    stride: [2, 2],
    dilation: [1, 1],
    padding: [
      [0, 0],
      [0, 0],
    ],
  } as const;
  const x = engine.tensor([
    [
      [
        [1, 9, 3, 4],
        [5, 6, 7, 2],
      ],
    ],
  ]);
  const places = windowArgMax(x, window);
  t.deepEqual(await places.array(), [[[[1, 6]]]]);
  t.deepEqual(await unpool(maxPool(x, window), places, [2, 4]).array(), [
    [
      [
        [0, 9, 0, 0],
        [0, 0, 7, 0],
      ],
    ],
  ]);
});

test('ceilMode adds a window that starts within the input, and only then', async (t) => {
  const x = engine.tensor([[[1, 2, 3, 4, 5]]]);
  const pooled = (options: object): Promise<unknown> => averagePool(x, { size: 2, ...options }).array();
  t.deepEqual(await pooled({}), [[[1.5, 3.5]]]);
  // The half of the last window that lies beyond the input does not count.
  t.deepEqual(await pooled({ ceilMode: true }), [[[1.5, 3.5, 5]]]);
  t.deepEqual(await maxPool(x, { size: 2, ceilMode: true }).array(), [[[2, 4, 5]]]);
  t.deepEqual(await maxPool(x, { size: 1, stride: 3, ceilMode: true }).array(), [[[1, 4]]]);
  // The first window may be the last, too.
  t.deepEqual(await averagePool(x, { size: 6, stride: 2, ceilMode: true }).array(), [[[3]]]);
  t.throws(() => maxPool(x, { size: 7, stride: 2, ceilMode: true }), { message: /does not fit/ });
  t.deepEqual(await maxPool(x, { size: 2, padding: 'same' }).array(), [[[2, 4, 5]]]);
  t.deepEqual(await maxPool(x, { size: 3, stride: 1, padding: 'causal' }).array(), [[[1, 2, 3, 4, 5]]]);
});

test('what padding counts for in a mean', async (t) => {
  const x = engine.tensor([[[6, 6, 6]]]);
  const options = { size: 3, stride: 1, padding: 1 };
  t.deepEqual(await averagePool(x, options).array(), [[[4, 6, 4]]]);
  t.deepEqual(await averagePool(x, { ...options, countPadding: false }).array(), [[[6, 6, 6]]]);
  // A window over padding alone.
  const sparse = { size: 2, stride: 1, dilation: 4, padding: [[2, 2]] as [number, number][], countPadding: false };
  t.deepEqual(await averagePool(engine.tensor([[[7]]]), sparse).array(), [[[0]]]);
});

test('an Lp pool of zeros is 0, with a gradient of 0', async (t) => {
  const x = engine.tensor([[[3, 4, 0, 0]]]);
  t.deepEqual(await lpPool(x, 2, { size: 2 }).array(), [[[5, 0]]]);
  t.deepEqual(await lpPool(x, 1, { size: 2 }).array(), [[[7, 0]]]);
  const { worst } = await gradCheck(
    (y) => lpPool(y!, 3, { size: 2 }),
    [randomTensor(new RandomSource(1), [1, 2, 4], { low: 0.5, high: 2 })],
  );
  t.true(worst!.error < 1e-6);
});

test('adaptive windows cover ⌊i·a/o⌋ to ⌈(i + 1)·a/o⌉', async (t) => {
  const x = engine.tensor([[[1, 2, 4, 8, 16]]]);
  // [1, 2], [2, 4, 8], [8, 16]
  t.deepEqual(await adaptivePool(x, 3, 'max').array(), [[[2, 8, 16]]]);
  const [means] = await engine.evaluate([adaptivePool(x, 3, 'average')]);
  t.is(differenceOf(means!, hostTensor([[[1.5, 14 / 3, 12]]])), undefined);
  t.deepEqual(await adaptivePool(x, 10, 'max').array(), [[[1, 1, 2, 2, 4, 4, 8, 8, 16, 16]]]);
});

test('resampling of any mode keeps constants, and linear ones keep lines', async (t) => {
  const line = engine.tensor([[[0, 1, 2, 3, 4, 5, 6, 7]]]);
  const ones = engine.tensor([[[1, 1, 1, 1]]]);
  for (const mode of ['nearest', 'linear', 'cubic'] as const)
    for (const alignCorners of [false, true])
      for (const size of [1, 3, 4, 9]) {
        const data = await resize(ones, size, { mode, alignCorners }).data();
        t.true(
          data.every((value) => Math.abs(value - 1) < 1e-6),
          `${mode} ${size}`,
        );
      }
  const places = [...(await resize(line, 15, { mode: 'linear', alignCorners: true }).data())];
  t.deepEqual(
    places,
    Array.from({ length: 15 }, (_, i) => i / 2),
  );
  // Edges are aligned: outputs stand ¼ and ¾ between elements, and the ends are held.
  t.deepEqual(await resize(engine.tensor([[[0, 4, 8]]]), 6, { mode: 'linear' }).array(), [[[0, 1, 3, 5, 7, 8]]]);
  t.deepEqual(await resize(engine.tensor([[[1, 2, 3]]]), 5).array(), [[[1, 1, 2, 2, 3]]]);
});

test('pixels are shuffled over any number of axes, and back', async (t) => {
  const x = engine.tensor(
    Float32Array.from({ length: 16 }, (_, i) => i),
    [1, 8, 2, 1],
  );
  t.deepEqual(await pixelShuffle(x, 2).array(), [
    [
      [
        [0, 2],
        [4, 6],
        [1, 3],
        [5, 7],
      ],
      [
        [8, 10],
        [12, 14],
        [9, 11],
        [13, 15],
      ],
    ],
  ]);
  for (const shape of [
    [2, 9, 5],
    [1, 18, 2, 3],
    [1, 8, 1, 2, 3],
  ]) {
    const given = engine.tensor(randomTensor(new RandomSource(3), shape));
    const factor = shape[1]! % 9 === 0 ? 3 : 2;
    t.deepEqual(await pixelUnshuffle(pixelShuffle(given, factor), factor).data(), await given.data());
  }
});

test('causal outputs see nothing after their place', async (t) => {
  const x = engine.tensor([[[1, 0, 0, 0, 0, 2]]]);
  const w = engine.tensor([[[1, 10, 100]]]);
  t.deepEqual(await convolve(x, w, { padding: 'causal' }).array(), [[[100, 10, 1, 0, 0, 200]]]);
  t.deepEqual(await convolve(x, w, { padding: 'causal', dilation: 2 }).array(), [[[100, 0, 10, 0, 1, 200]]]);
});

test('padding is one number, one for each dimension, or both sides of each', async (t) => {
  const x = engine.tensor(randomTensor(new RandomSource(4), [1, 1, 3, 4]));
  const w = engine.tensor(randomTensor(new RandomSource(5), [1, 1, 2, 2]));
  const y = (padding: SpatialPadding): Promise<unknown> => convolve(x, w, { padding }).array();
  t.deepEqual(
    await y([1, 2]),
    await y([
      [1, 1],
      [2, 2],
    ]),
  );
  t.deepEqual(
    await y([1, [0, 1]]),
    await y([
      [1, 1],
      [0, 1],
    ]),
  );
  t.deepEqual(await y(1), await y([1, 1]));
});

test('windows that do not fit are refused with what was expected', (t) => {
  const x = engine.tensor(new Float32Array(16), [1, 1, 4, 4]);
  const refused = (work: () => unknown, message: RegExp): void => void t.throws(work, { message });
  refused(() => maxPool(x, { size: 5 }), /reach 5 does not fit spatial axis 0 of \[1, 1, 4, 4\]/);
  refused(() => averagePool(x, { size: [1, 5] }), /reach 5 does not fit spatial axis 1/);
  refused(() => maxPool(x, { size: 2, padding: 2 }), /each padding smaller than the window's reach 2/);
  refused(() => maxPool(x, { size: 2, stride: 0 }), /stride is \[0, 0\]; it must be ≥ 1/);
  refused(() => maxPool(x, { size: [2] }), /size: \[2\] has 1 numbers; there are 2 spatial dimensions/);
  refused(() => unfold(x, { size: 6 }), /a window of 6, dilation 1, does not fit spatial axis 0/);
  refused(() => fold(x.reshape([1, 4, 4]), [3, 3], { size: 3 }), /not \[batch, channels·9, 1\]/);
  refused(() => pixelShuffle(x, 2), /channels must divide by 4/);
  refused(() => pixelUnshuffle(x, 3), /spatial extents must divide by 3/);
  refused(() => lpPool(x, 0, { size: 2 }), /p is 0; it must be a number > 0/);
  const w = engine.tensor(new Float32Array(4), [1, 1, 2, 2]);
  refused(() => convolveTransposed(x, w, { stride: 2, outputPadding: 2 }), /less than the stride 2 or the dilation 1/);
  refused(() => convolveTransposed(x, w, { groups: 2 }), /channels that divide by groups/);
  refused(() => convolve(x, w, { padding: 'full' as 'same' }), /padding is 'full'; give 'valid', 'same', 'causal'/);
});
