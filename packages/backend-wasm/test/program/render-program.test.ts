import { convolve, Engine, hostTensor, matmul } from '@adjoint/core';
import type { Program } from '@adjoint/core/backend';
import test from 'ava';
import wabt from 'wabt';
import { WasmBackend } from '../../src/index.js';

/** Keeps the programs that it compiles. */
class Recorder extends WasmBackend {
  readonly programs: Program[] = [];

  override compile(program: Program) {
    this.programs.push(program);
    return super.compile(program);
  }
}

const ones = (...shape: readonly number[]) =>
  hostTensor(new Float32Array(shape.reduce((size, extent) => size * extent, 1)).fill(1), shape);

test('the code of a program is shown kernel by kernel, and is complete', async (t) => {
  const backend = new Recorder({ threads: 2 });
  const engine = new Engine(backend);
  const traced = engine.trace(([image, filters, weight]) => {
    const features = convolve(image!, filters!, { padding: 1 }).relu();
    return [matmul(features.reshape([2, -1]), weight!).tanh(), features.sum([0, 2, 3]), image!.exp()];
  });
  await traced.call([ones(2, 8, 12, 12), ones(8, 8, 3, 3), ones(8 * 12 * 12, 5)]);
  const [program] = backend.programs;
  const rendered = backend.render!(program!);
  engine.close();

  const labels = program!.kernels.map(({ label }) => label);
  t.deepEqual(
    rendered.map(({ kernel }) => kernel),
    labels,
  );
  t.true(rendered.every(({ language }) => language === 'wat'));
  const convolution = rendered[labels.findIndex((label) => label.startsWith('convolution'))]!;
  t.regex(
    convolution.text,
    /^;; All threads run this\.\n\(func \$convolution_\S*\s+\(param \$thread i32\)\s+\(param \$threads i32\)/,
  );
  t.regex(convolution.text, /\n\n\(func \$epilogue_of_convolution_/);
  const exp = rendered[labels.indexOf('exp')]!;
  t.regex(exp.text, /\(func \$exp .*\n[^]*\(func \$loops_of_exp\s[^]*\(call \$f32x4\.exp [^]*\(func \$f32x4\.exp /);

  // All functions together are a module: none is missing, and none stands there twice.
  const texts = rendered.map(({ text }) => text).join('\n');
  const { parseWat } = await wabt();
  const features = { relaxed_simd: true, threads: true };
  const module = parseWat('program.wat', `(module (memory 1 65536 shared) ${texts})`, features);
  t.true(WebAssembly.validate(Uint8Array.from(module.toBinary({}).buffer)));
  module.destroy();
});
