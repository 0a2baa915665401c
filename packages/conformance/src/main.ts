import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backendNamed, backends } from './backends.js';
import { runDirectory } from './run-directory.js';

const usage = `Usage: npm run conformance -- DIR [--backend ${backends.map(({ name }) => name).join('|')}] [--only FAMILY,…] [--dtype float32|float64]`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

/** Runs the directory that the command line names; returns the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      backend: { type: 'string', default: 'wasm' },
      only: { type: 'string', multiple: true },
      dtype: { type: 'string' },
    },
  });
  const [directory, ...more] = positionals;
  if (directory === undefined || more.length > 0) throw new Error('Name one directory of reference values.');
  const choice = backendNamed(values.backend);
  const dtype = values.dtype ?? choice.dtype;
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new Error(`There is no dtype '${dtype}' to compute in; use float32 or float64.`);
  const only = values.only?.flatMap((names) => names.split(','));
  const backend = choice.create({});
  let [passed, failed] = [0, 0];
  // npm runs scripts in the workspace's folder and tells where it was called.
  const path = resolve(process.env['INIT_CWD'] ?? '.', directory);
  for await (const result of runDirectory(path, { backend, dtype, ...(only && { only }) })) {
    for (const failure of result.failures) console.log(`  ✘ ${failure}`);
    console.log(`${result.family}: ${result.passed} passed, ${result.failures.length} failed`);
    passed += result.passed;
    failed += result.failures.length;
  }
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}
