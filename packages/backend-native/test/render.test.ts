import { Engine, hostTensor, matmul } from '@adjoint/core';
import type { Program } from '@adjoint/core/backend';
import test from 'ava';
import { isNativeAvailable, NativeBackend } from '../src/index.js';

// Without a C compiler there is no vector length to write C for.
const native = isNativeAvailable() ? test : test.skip;

class Recorder extends NativeBackend {
  readonly programs: Program[] = [];

  override compile(program: Program) {
    this.programs.push(program);
    return super.compile(program);
  }
}

native('the C of each kernel of a program can be read', async (t) => {
  const backend = new Recorder();
  const engine = new Engine(backend);
  const squares = hostTensor(new Float32Array(256), [16, 16]);
  await engine.trace(([x]) => [matmul(x!, x!), x!.exp()]).call([squares]);
  const [program] = backend.programs;
  const kernels = backend.render(program!);
  t.deepEqual(
    kernels.map(({ kernel, language }) => [kernel, language]),
    program!.kernels.map(({ label }) => [label, 'c']),
  );
  const [product, exp] = ['convolution', 'exp'].map((label) => kernels.find(({ kernel }) => kernel === label)!.text);
  t.regex(product!, /^\/\/ convolution\n[^]*_pack_vector\([^]*\nvoid kernel_\d\(int64_t end/);
  t.regex(exp!, /^\/\/ exp\nvoid kernel_\d\(int64_t end[^]*adjoint_exp\(/);
  engine.close();
});
