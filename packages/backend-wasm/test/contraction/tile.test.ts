import test from 'ava';
import { defineTile } from '../../src/contraction/multiply.js';
import { detectFeatures } from '../../src/features.js';
import { instantiate } from '../assembler/instantiate.js';

const [A, B, OUT] = [0, 4096, 16384];

for (const relaxed of [false, true]) {
  test(`the register tile multiplies packed panels, ${relaxed ? 'with relaxed multiply-add' : 'portably'}`, (t) => {
    if (relaxed) t.true(detectFeatures().relaxedSimd);
    const { run, memory } = instantiate((module) => module.export(defineTile(module, relaxed), 'tile'));
    for (const k of [0, 1, 2, 37]) {
      // Small whole numbers: sums are exact in any order, fused or not.
      const a = new Float32Array(memory.buffer, A, 4 * k).map((_, i) => ((i * 7) % 11) - 5);
      const b = new Float32Array(memory.buffer, B, 8 * k).map((_, i) => ((i * 5) % 13) - 6);
      new Float32Array(memory.buffer, A, 4 * k).set(a);
      new Float32Array(memory.buffer, B, 8 * k).set(b);
      const product = Array.from({ length: 32 }, (_, place) => {
        const [row, column] = [Math.floor(place / 8), place % 8];
        return Array.from({ length: k }, (_, i) => a[4 * i + row]! * b[8 * i + column]!).reduce((sum, x) => sum + x, 0);
      });
      const out = new Float32Array(memory.buffer, OUT, 32).fill(1000);
      run['tile']!(A, B, k, OUT, 0);
      t.deepEqual(
        Array.from(out, (x) => x + 0),
        product.map((x) => x + 0),
      );
      run['tile']!(A, B, k, OUT, 1);
      t.deepEqual(
        Array.from(out, (x) => x + 0),
        product.map((x) => 2 * x + 0),
      );
    }
  });
}
