import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Backend } from '@adjoint/core/backend';
import { backendNamed, backends } from './backends.js';
import { runDirectory } from './run-directory.js';
import { runOnnxDirectory } from './run-onnx.js';

const usage = `Usage: npm run conformance -- DIR [--backend ${backends.map(({ name }) => name).join('|')}] [--only FAMILY,…] [--dtype float32|float64]
       npm run conformance -- --onnx DIR [--backend …]`;

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
      onnx: { type: 'string' },
    },
  });
  const choice = backendNamed(values.backend);
  if (values.onnx !== undefined) return runOnnx(pathOf(values.onnx), choice.create({}));
  const [directory, ...more] = positionals;
  if (directory === undefined || more.length > 0) throw new Error('Name one directory of reference values.');
  const dtype = values.dtype ?? choice.dtype;
  if (dtype !== 'float32' && dtype !== 'float64')
    throw new Error(`There is no dtype '${dtype}' to compute in; use float32 or float64.`);
  const only = values.only?.flatMap((names) => names.split(','));
  const backend = choice.create({});
  let [passed, failed] = [0, 0];
  for await (const result of runDirectory(pathOf(directory), { backend, dtype, ...(only && { only }) })) {
    for (const failure of result.failures) console.log(`  ✘ ${failure}`);
    console.log(`${result.family}: ${result.passed} passed, ${result.failures.length} failed`);
    passed += result.passed;
    failed += result.failures.length;
  }
  console.log(`${passed} passed, ${failed} failed, 0 skipped`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** Runs the official models of ONNX; those that fail are listed, and make the exit code 1. */
async function runOnnx(directory: string, backend: Backend): Promise<number> {
  let [all, any] = [true, false];
  for await (const { folder, passed, failures } of runOnnxDirectory(directory, backend)) {
    for (const failure of failures) console.log(`  ✘ ${failure}`);
    console.log(`${folder}: ${passed} of ${passed + failures.length} passed`);
    all &&= failures.length === 0;
    any ||= passed > 0;
  }
  return all && any ? 0 : 1;
}

/** npm runs scripts in the workspace's folder and tells where it was called. */
function pathOf(directory: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', directory);
}
