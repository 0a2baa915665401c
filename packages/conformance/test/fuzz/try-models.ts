import { native } from '@adjoint/backend-native';
import { createApp } from 'adjoint';
import { runModels, type AppBed } from './models.js';
const [seed, from, count, which] = process.argv.slice(2);
const all: Record<string, AppBed> = {
  r: { name: 'reference', create: () => createApp({ backend: 'reference' }) },
  w1: { name: 'wasm', create: () => createApp({ backend: { wasm: { threads: 1 } } }) },
  w2: { name: 'wasm 2', create: () => createApp({ backend: { wasm: { threads: 2 } } }) },
  n: { name: 'native', create: () => createApp({ plugins: [native], backend: 'native' }) },
};
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e));
process.on('warning', () => undefined);
const r = await runModels(
  (which ?? 'r,w1').split(',').map((k) => all[k]!),
  Number(seed),
  Number(from),
  Number(count),
);
for (const f of r.faults) console.log(f);
console.log({ ...r, faults: r.faults.length });
process.exit(0);
