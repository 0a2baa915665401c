import test from 'ava';
import { ModuleBuilder, op, type Code } from '../src/assembler/index.js';
import { detectFeatures } from '../src/features.js';

test('the engine of the supported Node versions has SIMD, relaxed SIMD and threads', (t) => {
  t.deepEqual(detectFeatures(), { simd: true, relaxedSimd: true, threads: true });
});

test('multiply-add computes x·y + z', (t) => {
  t.true(detectFeatures().relaxedSimd);
  const module = new ModuleBuilder();
  const splat = (x: Code<'i32'>) => op('f32x4.splat', op('f32.convert_i32_s', x));
  const run = module.define('run', { x: 'i32', y: 'i32', z: 'i32' }, (_, { x, y, z }) =>
    op(
      'i32x4.bitmask',
      op(
        'f32x4.eq',
        op('f32x4.relaxed_madd', splat(x), splat(y), splat(z)),
        splat(op('i32.add', op('i32.mul', x, y), z)),
      ),
    ),
  );
  module.export(run);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.build()));
  t.is((instance.exports['run'] as (x: number, y: number, z: number) => number)(3, 5, -7), 0b1111);
});
