import { convolve, Engine, gradients, hostTensor } from '@adjoint/core';
import test from 'ava';
import { WasmBackend } from '../src/index.js';

test('the weight gradient of a convolution over no images is zero, and leaves other memory as it is', async (t) => {
  const engine = new Engine(new WasmBackend({ threads: 1 }));
  const ones = new Float32Array(4096).fill(1);
  const other = engine.variable(ones, { name: 'other', shape: [4096] });
  const gradient = engine.trace(([x, w, g]) => gradients(convolve(x!, w!, { stride: 2, padding: 1 }), [w!], g!));
  const [result] = await gradient.call([
    hostTensor(new Float32Array(0), [0, 8, 9, 9]),
    hostTensor(new Float32Array(16 * 8 * 9).fill(1), [16, 8, 3, 3]),
    hostTensor(new Float32Array(0), [0, 16, 5, 5]),
  ]);
  t.deepEqual(result, hostTensor(new Float32Array(16 * 8 * 9), [16, 8, 3, 3]));
  t.deepEqual((await other.read()).data, ones);
  engine.close();
});
