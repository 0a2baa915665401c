import test from 'ava';
import { createApp, type Choice, type Tensor } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { convLayers } from '../src/index.js';

const app = createApp({ plugins: [convLayers], backend: 'reference' });
test.after.always(() => app.close());

const apply = (layer: Choice<'layer'>, x: Tensor, values: Readonly<Record<string, Tensor>> = {}) =>
  applyLayer(app, layer, [x], { values }).output.read();

/** Numbers without a pattern, in float64. */
const numbers = (...shape: number[]): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return app.tensor(
    Float64Array.from({ length: size }, (_, i) => ((i * 37) % 23) / 8 - 1),
    shape,
  );
};

test('a locally connected layer has a kernel and a bias of its own at each place', async (t) => {
  const x = app.tensor(Float64Array.of(1, 2, 3, 4), [1, 1, 4]);
  const weight = app.tensor(Float64Array.of(1, 1, 10, 0, 0, 100), [3, 1, 1, 2]);
  const bias = app.tensor(Float64Array.of(0.5, 0.25, 0), [1, 3]);
  // 1·1 + 1·2, 10·2 + 0·3, 0·3 + 100·4
  near(t, await apply({ locallyConnected1d: { filters: 1, kernel: 2 } }, x, { weight, bias }), [[[3.5, 20.25, 400]]]);
});

test('with the same kernel everywhere a locally connected layer is a convolution', async (t) => {
  const x = numbers(2, 2, 5, 6);
  const kernel = numbers(3, 2, 2, 3);
  const options = { filters: 3, kernel: [2, 3], stride: [1, 2], padding: 'same', bias: false } as const;
  const weight = kernel.broadcastTo([5, 3, ...kernel.shape]);
  near(
    t,
    await apply({ locallyConnected2d: options }, x, { weight }),
    await apply({ conv2d: options }, x, { weight: kernel }),
  );
});

test('a blur of extent 3 weighs ¼, ½, ¼ along each axis, with the border mirrored', async (t) => {
  const x = app.tensor(Float64Array.of(4, 8, 0, 16, 4), [1, 1, 5]);
  // (8 + 2·4 + 8)/4, (8 + 2·0 + 16)/4, (16 + 2·4 + 16)/4
  near(t, await apply('blurPool', x), [[[6, 6, 10]]]);
  const point = app.tensor(Float64Array.of(0, 0, 0, 0, 16, 0, 0, 0, 0), [1, 1, 3, 3]);
  near(t, await apply({ blurPool: { stride: 1, paddingMode: 'zeros' } }, point), [
    [
      [
        [1, 2, 1],
        [2, 4, 2],
        [1, 2, 1],
      ],
    ],
  ]);
  // An even extent lies between two elements: (1 + 1)/2 and so on, one more of padding after.
  near(t, await apply({ blurPool: { size: 2, paddingMode: 'replicate' } }, x), [[[6, 8, 4]]]);
});

test('a blur keeps what is constant, and does not mix channels', async (t) => {
  const x = app.tensor(Float64Array.of(1, 1, 1, 1, 5, 5, 5, 5), [1, 2, 4]);
  near(t, await apply({ blurPool: { size: 5 } }, x), [
    [
      [1, 1],
      [5, 5],
    ],
  ]);
});

test('a causal convolution of any stride sees nothing after its place', async (t) => {
  const weight = app.tensor(Float64Array.of(1, 10), [1, 1, 2]);
  const x = app.tensor(Float64Array.of(1, 2, 3, 4, 5), [1, 1, 5]);
  const causal = (stride: number, dilation: number) =>
    apply({ conv1d: { filters: 1, kernel: 2, bias: false, padding: 'causal', stride, dilation } }, x, { weight });
  near(t, await causal(1, 1), [[[10, 21, 32, 43, 54]]]);
  near(t, await causal(2, 2), [[[10, 31, 53]]]);
});

test('a convolution with a flipped kernel multiplies polynomials', async (t) => {
  const weight = app.tensor(Float64Array.of(4, 5), [1, 1, 2]);
  const x = app.tensor(Float64Array.of(1, 2, 3), [1, 1, 3]);
  const layer = { conv1d: { filters: 1, kernel: 2, bias: false, padding: 1, flipKernel: true } };
  // (1 + 2t + 3t²)(4 + 5t)
  near(t, await apply(layer, x, { weight }), [[[4, 13, 22, 15]]]);
});

test('global pooling is over all that is there', async (t) => {
  const x = app.tensor(Float64Array.of(1, 2, 3, 6, -1, -2, -3, -6), [1, 2, 2, 2]);
  near(t, await apply('globalAveragePool', x), [[3, -3]]);
  near(t, await apply('globalMaxPool', x), [[6, -1]]);
  near(t, await apply({ globalMaxPool: { keepDims: true } }, x), [[[[6]], [[-1]]]]);
});

test('where windows overlap, a maximum that several found is put back once', async (t) => {
  const model = app.model(({ input, layer }) => {
    const pool = layer({ maxPool1d: { size: 3, stride: 1, indices: true } }, input([1, 5]));
    return layer({ maxUnpool1d: { size: 3, stride: 1 } }, { values: pool, places: pool.output(1) });
  });
  near(t, await model.predict([[[1, 2, 9, 3, 4]]]), [[[0, 0, 9, 0, 0]]]);
});

test('layers of any extents take examples whose extents vary', async (t) => {
  const model = app.sequential({ input: [1, null] }, [
    { conv1d: { filters: 2, kernel: 3, padding: 'same' } },
    { adaptiveMaxPool1d: { size: 3 } },
    'globalAveragePool',
  ]);
  t.deepEqual(model.output.shape, [2]);
  t.deepEqual(model.typeOf('conv1d').shape, [2, null]);
});

const refused: Record<string, [layer: Choice<'layer'>, input: number[], message: RegExp]> = {
  'a kernel larger than the input': [
    { conv2d: { filters: 4, kernel: 5 } },
    [3, 4, 9],
    /layer 'conv2d' on float32 \[3, 4, 9\]: .*kernel \(5, dilation 1\) does not fit the input \(4, padding \[0, 0\]\)/,
  ],
  'a window larger than the input': [
    { maxPool2d: { size: 5 } },
    [3, 4, 9],
    /layer 'maxPool2d' on float32 \[3, 4, 9\]: .*reach 5 does not fit spatial axis 0/,
  ],
  'groups that do not divide the channels': [
    { conv1d: { filters: 4, kernel: 1, groups: 2 } },
    [3, 4],
    /layer 'conv1d' .*groups 2 must divide the 3 channels of the input and the 4 filters/,
  ],
  'groups that do not divide the filters': [
    { convTranspose1d: { filters: 3, kernel: 1, groups: 2 } },
    [2, 4],
    /layer 'convTranspose1d' .*groups 2 must divide the 2 channels of the input and the 3 filters/,
  ],
  'a flipped kernel of even extent that shall keep its centre': [
    { conv1d: { filters: 1, kernel: 4, padding: 'same', flipKernel: true } },
    [1, 8],
    /even extent \[4\] has no centre for padding 'same'/,
  ],
  'a kernel of another number of dimensions': [
    { conv2d: { filters: 1, kernel: [3, 3, 3] } },
    [1, 8, 8],
    /kernel: \[3,3,3\] has 3 numbers; there are 2 spatial dimensions/,
  ],
  'an example of another rank': [
    { conv2d: { filters: 1, kernel: 3 } },
    [8, 8],
    /takes examples \[channels, height, width\], not \[8, 8\]/,
  ],
  'as much output padding as the stride': [
    { convTranspose2d: { filters: 1, kernel: 2, stride: 2, outputPadding: 2 } },
    [1, 3, 3],
    /outputPadding is 2; it must be ≥ 0 and less than the stride 2 or the dilation 1/,
  ],
  'padding as wide as a window': [
    { averagePool1d: { size: 2, padding: 2 } },
    [1, 8],
    /layer 'averagePool1d' .*each padding smaller than the window's reach 2/,
  ],
  'channels that make no blocks': [
    { pixelShuffle: { factor: 2 } },
    [6, 2, 2],
    /layer 'pixelShuffle' .*channels must divide by 4/,
  ],
  'a mode of other dimensions': [
    { upsample: { scale: 2, mode: 'bilinear' } },
    [1, 4],
    /mode 'bilinear' is for 2 spatial dimensions, and there are 1; use 'linear'/,
  ],
  'both scale and size': [{ upsample: { scale: 2, size: 4 } }, [1, 4], /give either 'scale' or 'size'/],
  'corners of nearest elements': [{ upsample: { scale: 2, alignCorners: true } }, [1, 4], /has no corners to align/],
  'unpooling without places': [{ maxUnpool1d: { size: 2 } }, [1, 4], /takes their places as int32/],
  'columns of other windows': [
    { fold: { outputSize: [4], size: 2 } },
    [4, 2],
    /\[2, 4, 2\] is not \[batch, channels·2, 3\]/,
  ],
};

for (const [what, [layer, input, message]] of Object.entries(refused)) {
  test(`refused when the model is composed: ${what}`, (t) => {
    t.throws(() => app.sequential({ input }, [layer]), { message });
  });
}
