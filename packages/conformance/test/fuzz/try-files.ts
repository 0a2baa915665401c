import { formats, runMutations } from './formats.js';
const [seed, count, only] = process.argv.slice(2);
process.on('unhandledRejection', (e) => console.log('UNHANDLED', e));
for (const [name, format] of Object.entries(await formats())) {
  if (only !== undefined && only !== name) continue;
  const start = performance.now();
  const { taken, faults } = await runMutations(name, format, { seed: Number(seed), count: Number(count) });
  for (const fault of faults.slice(0, 8)) console.log(fault);
  console.log(name, { taken, faults: faults.length }, Math.round(performance.now() - start), 'ms');
}
process.exit(0);
