import { isNativeAvailable } from '@adjoint/backend-native';
import test from 'ava';
import { runProgram } from './run-program.js';

// Machines and engines that lack something: the next backend, fewer threads with a word, or a clear error.

/** Trains a little on the first of the backends that can be had. */
const train = (backends: string): string => `
  import { createApp } from 'adjoint';
  import { native } from '@adjoint/backend-native';
  import { dataset } from '@adjoint/data';
  const app = createApp({ plugins: [native], backend: ${backends} });
  const model = app.sequential({ input: [4] }, ['tanh', { dense: { units: 3 } }]);
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'adam', metrics: ['accuracy'] });
  const inputs = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
  const targets = Int32Array.from({ length: 16 }, (_, i) => i % 3);
  const data = dataset({ inputs: { data: inputs, shape: [16, 4] }, targets: { data: targets } });
  await trainer.fit(data, { epochs: 2, batchSize: 8 });
  const large = app.tensor(new Float32Array(1 << 17).fill(2));
  console.log((await large.mul(3).read()).data[5], app.engine.backend.name, app.engine.backend.threads);
  await app.close();
`;

test('without addons, the next backend is used', async (t) => {
  const { stdout, stderr } = await runProgram(['--no-addons'], train("['native', { wasm: { threads: 1 } }]"));
  t.is(stdout, '6 wasm 1\n');
  t.regex(stderr, /native backend needs the addon koffi.*--no-addons/);
});

test('without WebAssembly, the next backend is used', async (t) => {
  const { stdout, stderr } = await runProgram(['--jitless'], train("['wasm', 'reference']"));
  t.is(stdout, '6 reference undefined\n');
  t.regex(stderr, /needs WebAssembly, which this engine does not have/);
  if (!isNativeAvailable()) return;
  const other = await runProgram(['--jitless'], train("['wasm', { native: { threads: 2 } }]"));
  t.is(other.stdout, '6 native 2\n');
});

test('without a backend that can be had, the error says what is missing', async (t) => {
  const program = `
    import { createApp } from 'adjoint';
    try {
      createApp().engine;
    } catch ({ name, code, message }) {
      console.log(name, code, message);
    }
  `;
  const { stdout } = await runProgram(['--jitless'], program);
  t.regex(stdout, /^AdjointError BACKEND_MISSING The wasm backend needs WebAssembly/);
  const forbidden = `
    WebAssembly.Module = function () {
      throw new WebAssembly.CompileError('violates the following Content Security Policy directive');
    };
    ${program}
  `;
  t.regex((await runProgram([], forbidden)).stdout, /BACKEND_MISSING .*'wasm-unsafe-eval' to its script-src/);
});

test('without permission for workers, one thread computes and says so', async (t) => {
  const permission = Number(process.versions.node.split('.')[0]) < 23 ? '--experimental-permission' : '--permission';
  const { stdout, stderr } = await runProgram([permission, '--allow-fs-read=*'], train('{ wasm: { threads: 2 } }'));
  t.is(stdout, '6 wasm 1\n');
  t.regex(stderr, /wasm backend goes on with one thread/);
});

for (const mode of ['delete', 'throw'])
  test(`without __proto__ (${mode}), everything works`, async (t) => {
    const { stdout } = await runProgram([`--disable-proto=${mode}`], train('{ wasm: { threads: 1 } }'));
    t.is(stdout, '6 wasm 1\n');
  });
