import test from 'ava';
import {
  convolve,
  Engine,
  gradients,
  matmul,
  relu,
  softmax,
  type Tensor,
  type Traceable,
  type TensorType,
} from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());
const float32 = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });

/** What each kernel of a traced function computes. */
async function kernelsOf(build: Traceable, types: readonly TensorType[]): Promise<string[]> {
  const { program } = await engine.trace(build).prepare(types);
  return program.kernels.map(({ label }) => label);
}

test('convolution, bias and relu are one kernel', async (t) => {
  const kernels = await kernelsOf(
    ([x, w, b]) => [relu(convolve(x!, w!, { padding: 'same' }).add(b!))],
    [float32(4, 3, 8, 8), float32(6, 3, 3, 3), float32(6, 1, 1)],
  );
  t.is(kernels.length, 1, kernels.join('\n'));
});

test('a dense layer with its activation is one kernel', async (t) => {
  const kernels = await kernelsOf(
    ([x, w, b]) => [matmul(x!, w!, { transposeB: true }).add(b!).tanh()],
    [float32(16, 20), float32(10, 20), float32(10)],
  );
  t.is(kernels.length, 1);
});

test('point work goes into the reduction behind it', async (t) => {
  const kernels = await kernelsOf(([x, y]) => [x!.sub(y!).square().mean()], [float32(16, 20), float32(16, 20)]);
  t.is(kernels.length, 1);
});

test('the gradient of relu goes into what made its cotangent', async (t) => {
  const kernels = await kernelsOf(
    ([x, w, g]) => {
      const y = relu(x!);
      return gradients(matmul(y, w!), [x!], g!);
    },
    [float32(16, 20), float32(20, 10), float32(16, 10)],
  );
  // relu is computed again from x in the epilogue of the product g·wᵀ.
  t.is(kernels.length, 1);
});

test('an Adam update of one parameter is one kernel that writes its three states in place', async (t) => {
  const state = () => engine.variable(new Float32Array(300), { shape: [30, 10] });
  const [weight, m, v] = [state(), state(), state()];
  const { program } = await engine
    .trace(([gradient, rate]) => {
      const first = m.value.mul(0.9).add(gradient!.mul(0.1));
      const second = v.value.mul(0.999).add(gradient!.square().mul(0.001));
      void m.assign(first);
      void v.assign(second);
      void weight.assign(weight.value.sub(first.div(second.sqrt().add(1e-8)).mul(rate!)));
      return [];
    })
    .prepare([float32(30, 10), float32()]);
  t.is(program.kernels.length, 1);
  t.is(program.arenaBytes, 0);
  t.is(program.kernels[0]!.writes.length, 3);
  t.true(program.kernels[0]!.writes.every(({ storage }) => program.storages[storage]!.place.kind === 'bound'));
});

test('index maps around a product are read in place: no kernel copies', async (t) => {
  const flipped = (x: Tensor): Tensor => x.transpose([1, 0]);
  const kernels = await kernelsOf(([a, b]) => [matmul(flipped(a!), flipped(b!))], [float32(7, 5), float32(3, 7)]);
  t.is(kernels.length, 1);
});

test('softmax needs its maximum and its sum, and little else', async (t) => {
  const kernels = await kernelsOf(([x]) => [softmax(x!)], [float32(16, 10)]);
  t.true(kernels.length <= 4, kernels.join('\n'));
});

test('equal sub-expressions are computed once', async (t) => {
  const kernels = await kernelsOf(
    ([x, w]) => [matmul(x!, w!).add(matmul(x!, w!)).sum()],
    [float32(4, 5), float32(5, 6)],
  );
  t.is(kernels.flatMap((label) => label.split(' ')).filter((name) => name === 'convolution').length, 1);
});
