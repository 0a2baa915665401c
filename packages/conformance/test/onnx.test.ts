import test from 'ava';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WasmBackend } from '@adjoint/backend-wasm';
import { ReferenceBackend } from '@adjoint/core/backend';
import { runOnnxDirectory, type OnnxResult } from '../src/run-onnx.js';

const official = 'packages/conformance/onnx';

async function resultsOf(directory: string, backend = new ReferenceBackend()): Promise<OnnxResult[]> {
  const results: OnnxResult[] = [];
  for await (const result of runOnnxDirectory(directory, backend)) results.push(result);
  return results;
}

for (const [name, create] of Object.entries({
  wasm: () => new WasmBackend(),
  reference: () => new ReferenceBackend(),
}))
  test(`the official models of ONNX that are here pass on ${name}`, async (t) => {
    const results: OnnxResult[] = [];
    for await (const result of runOnnxDirectory(official, create())) results.push(result);
    t.deepEqual(
      results.flatMap(({ failures }) => failures),
      [],
    );
    t.deepEqual(
      results.map(({ folder, passed }) => [folder, passed]),
      [
        ['node', 59],
        ['pytorch-converted', 7],
        ['pytorch-operator', 4],
        ['simple', 2],
      ],
    );
  });

test('a model that cannot be read is a failure', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-onnx-'));
  t.teardown(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'node/test_broken'), { recursive: true });
  await writeFile(join(directory, 'node/test_broken/model.onnx'), Uint8Array.of(8, 7, 255));
  const [result] = await resultsOf(directory);
  t.is(result?.passed, 0);
  t.regex(result?.failures[0] ?? '', /^test_broken: model\.onnx: these are not the bytes of an ONNX model/);
});
