import test from 'ava';
import fc from 'fast-check';
import { convolve, Engine, gradCheck, gradients, isAdjointError, RandomSource, type Tensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { convolution } from '../../src/graph/index.js';
import { differenceOf } from '../../src/testing/difference.js';
import { LoopInterpreterBackend } from '../../src/testing/index.js';
import { randomConvolution } from '../../src/testing/random-convolution.js';
import { randomTensor } from '../../src/testing/random-tensor.js';

const seed = fc.nat();

test('the adjoint identities ⟨conv(dx, w), g⟩ = ⟨dx, x̄⟩ and ⟨conv(x, dw), g⟩ = ⟨dw, w̄⟩ hold for any attributes', async (t) => {
  const engine = new Engine(new ReferenceBackend(), { cachedFunctions: 1 });
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const random = new RandomSource(number);
      const { x: inputShape, w: kernelShape, attributes } = randomConvolution(random);
      const draw = (shape: readonly number[]): Tensor => engine.tensor(randomTensor(random, shape));
      const [x, w, dx, dw] = [draw(inputShape), draw(kernelShape), draw(inputShape), draw(kernelShape)];
      const y = convolution(x, w, attributes);
      const g = draw(y.shape);
      const [gx, gw] = gradients(y, [x, w], g) as [Tensor, Tensor];
      const inner = (a: Tensor, b: Tensor): Tensor => a.mul(b).sum();
      const [left, right, leftKernel, rightKernel] = await engine.evaluate([
        inner(convolution(dx, w, attributes), g),
        inner(dx, gx),
        inner(convolution(x, dw, attributes), g),
        inner(dw, gw),
      ]);
      t.is(differenceOf(left!, right!), undefined, JSON.stringify({ inputShape, kernelShape, attributes }));
      t.is(differenceOf(leftKernel!, rightKernel!), undefined, JSON.stringify({ inputShape, kernelShape, attributes }));
    }),
    { numRuns: 1000 },
  );
  engine.close();
});

test('the first, second and third derivative agree with central differences for any attributes', async (t) => {
  await fc.assert(
    fc.asyncProperty(seed, async (number) => {
      const random = new RandomSource(number);
      const { x, w, attributes } = randomConvolution(random);
      const { worst } = await gradCheck(
        (x, w) => convolution(x!, w!, attributes),
        [randomTensor(random, x), randomTensor(random, w)],
        { order: 3 },
      );
      t.true(worst!.error < 1e-6);
    }),
    { numRuns: 20 },
  );
});

/** y[n, f, o] = Σ over channels and taps of x̂[o·s + j·d − p]·w[j], straight from the definition, for one group in 1-D. */
function bySum(
  x: number[][],
  w: number[][][],
  { stride, padding, dilation, inputDilation }: Record<'stride' | 'padding' | 'dilation' | 'inputDilation', number>,
): number[][] {
  const dilated = x.map((row) =>
    row.flatMap((value, i) => (i === 0 ? [value] : [...new Array<number>(inputDilation - 1).fill(0), value])),
  );
  const taps = w[0]![0]!.length;
  const length = Math.floor((dilated[0]!.length + 2 * padding - dilation * (taps - 1) - 1) / stride) + 1;
  return w.map((filter) =>
    Array.from({ length }, (_, o) =>
      filter
        .flatMap((kernel, c) =>
          kernel.map((weight, j) => weight * (dilated[c]![o * stride + j * dilation - padding] ?? 0)),
        )
        .reduce((a, b) => a + b, 0),
    ),
  );
}

test('the values are those of the definition', async (t) => {
  const engine = new Engine(new LoopInterpreterBackend());
  const x = [
    [1, -2, 3, 4, 0.5, 7],
    [0, 2, -1, 5, 3, 1],
  ];
  const w = [
    [
      [1, 2, -1],
      [0.5, 0, 3],
    ],
    [
      [0, 1, 1],
      [2, -2, 1],
    ],
    [
      [1, 0, 0],
      [0, 0, 1],
    ],
  ];
  for (const stride of [1, 2, 3]) {
    for (const dilation of [1, 2]) {
      for (const inputDilation of [1, 2, 3]) {
        const y = convolve(engine.tensor([x], undefined, 'float64'), engine.tensor(w, undefined, 'float64'), {
          stride,
          dilation,
          inputDilation,
          padding: 2,
        });
        t.deepEqual(await y.array(), [bySum(x, w, { stride, dilation, inputDilation, padding: 2 })]);
      }
    }
  }
});

test('convolving with a flipped kernel is the product of polynomials', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  // (1 + 2x + 3x²)(4 + 5x) = 4 + 13x + 22x² + 15x³
  const y = convolve(engine.tensor([[[1, 2, 3]]]), engine.tensor([[[4, 5]]]), { flipKernel: true, padding: 1 });
  t.deepEqual(await y.array(), [[[4, 13, 22, 15]]]);
});

test('shapes and attributes that do not fit are refused with what was expected', (t) => {
  const engine = new Engine(new ReferenceBackend());
  const zeros = (...shape: number[]): Tensor =>
    engine.tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
  const refused = (run: () => Tensor, code: string, message: RegExp): void => {
    const error = t.throws(run);
    t.true(isAdjointError(error) && error.code === code);
    t.regex(error!.message, message);
  };
  refused(
    () => convolve(zeros(1, 3, 8, 8), zeros(4, 2, 3, 3)),
    'SHAPE_MISMATCH',
    /3 channels and kernel \[4, 2, 3, 3\]/,
  );
  refused(() => convolve(zeros(1, 3, 8, 8), zeros(4, 3, 3)), 'SHAPE_MISMATCH', /of one rank/);
  refused(
    () => convolve(zeros(1, 3, 2, 8), zeros(4, 3, 3, 3)),
    'SHAPE_MISMATCH',
    /dimension 0 the kernel \(3, dilation 1\) does not fit the input \(2, padding \[0, 0\]\)/,
  );
  refused(
    () => convolve(zeros(1, 3, 8, 8), zeros(4, 3, 3, 3), { stride: 0 }),
    'ATTRIBUTE_INVALID',
    /stride \[0,0\] must be 2 whole numbers ≥ 1/,
  );
  refused(
    () => convolve(zeros(1, 3, 8, 8), zeros(4, 3, 3, 3), { stride: [1] }),
    'ATTRIBUTE_INVALID',
    /2 spatial dimensions/,
  );
  refused(() => convolve(zeros(1, 4, 8, 8), zeros(4, 2, 3, 3), { groups: 3 }), 'SHAPE_MISMATCH', /3 groups/);
  refused(
    () => convolve(zeros(1, 3, 8, 8), engine.tensor(new Float64Array(108), [4, 3, 3, 3])),
    'DTYPE_MISMATCH',
    /float32 and the kernel float64/,
  );
});
