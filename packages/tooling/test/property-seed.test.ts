import test from 'ava';
import fc from 'fast-check';
import { importScript } from './scripts.js';

test('every property has the seed that ADJOINT_SEED asks for, 42 if it asks for none', async (t) => {
  const { propertySeed } = await importScript('property-seed.mjs');
  t.deepEqual(['7', '-7', '0', undefined].map(propertySeed), [7, -7, 0, 42]);
  t.is(propertySeed('random'), undefined);
  for (const wrong of ['often', '1.5', '0x10']) t.throws(() => propertySeed(wrong), { message: /whole number/ });
});

test('the seed is set before a test file runs', async (t) => {
  const { propertySeed } = await importScript('property-seed.mjs');
  t.is(fc.readConfigureGlobal()?.seed, propertySeed(process.env['ADJOINT_SEED'] || undefined));
});
