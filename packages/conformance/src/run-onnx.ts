import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine, formatShape, isFloat, sameShape, type HostTensor } from '@adjoint/core';
import type { Backend } from '@adjoint/core/backend';
import { decodeOnnx, decodeOnnxTensor, runOnnx } from '@adjoint/onnx';

/** What became of the models of one folder. */
export interface OnnxResult {
  /** `node`, `pytorch-converted` and so on. */
  readonly folder: string;
  readonly passed: number;
  /** One line per model that fails: its name and why. */
  readonly failures: readonly string[];
}

/** How far numbers may differ: by a part of what is expected, as the official runner allows, or by rounding near 0. */
const [relative, absolute] = [1e-3, 1e-6];

/**
 * Runs the official test models of ONNX: `DIR/FOLDER/MODEL/model.onnx` with inputs and expected outputs in
 * `test_data_set_*` beside it. Programs are computed by the backend.
 */
export async function* runOnnxDirectory(directory: string, backend: Backend): AsyncGenerator<OnnxResult> {
  const engine = new Engine(backend);
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const folders = entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    for (const folder of folders.sort()) {
      // Some models are only named there, since they are too large.
      const models = (await readdir(join(directory, folder)))
        .filter((model) => existsSync(join(directory, folder, model, 'model.onnx')))
        .sort();
      if (models.length === 0) continue;
      const failures: string[] = [];
      let passed = 0;
      for (const model of models) {
        const reason = await runModel(join(directory, folder, model), engine);
        if (reason === undefined) passed++;
        else failures.push(`${model}: ${reason}`);
      }
      yield { folder, passed, failures };
    }
  } finally {
    engine.close();
  }
}

/** Runs all data sets of one model; says why it fails. */
async function runModel(path: string, engine: Engine): Promise<string | undefined> {
  try {
    const model = decodeOnnx(await readFile(join(path, 'model.onnx')), { source: 'model.onnx' });
    const sets = (await readdir(path)).filter((name) => name.startsWith('test_data_set_'));
    if (sets.length === 0) return 'there are no data beside it';
    for (const set of sets) {
      const names = model.graph.inputs.map(({ name }) => name);
      const inputs = await readTensors(join(path, set), 'input');
      const outputs = await runOnnx({ engine }, model, new Map(inputs.map((value, i) => [names[i] ?? '', value])));
      const expected = await readTensors(join(path, set), 'output');
      for (const [i, value] of expected.entries()) {
        const difference = differenceOf(outputs[i], value);
        if (difference !== undefined) return `${set}, output ${i}: ${difference}`;
      }
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `input_0.pb`, `input_1.pb`, … in the order of their numbers. */
async function readTensors(path: string, kind: string): Promise<HostTensor[]> {
  const files = (await readdir(path)).filter((name) => name.startsWith(`${kind}_`) && name.endsWith('.pb'));
  const numbered = files.map((name) => ({ name, number: Number.parseInt(name.slice(kind.length + 1), 10) }));
  numbered.sort((a, b) => a.number - b.number);
  const tensors: HostTensor[] = [];
  for (const { name } of numbered) tensors.push(decodeOnnxTensor(await readFile(join(path, name)), name).value);
  return tensors;
}

function differenceOf(found: HostTensor | undefined, expected: HostTensor): string | undefined {
  if (!found) return 'the graph does not give it';
  if (!sameShape(found.shape, expected.shape))
    return `its shape is ${formatShape(found.shape)} instead of ${formatShape(expected.shape)}`;
  if (isFloat(found.dtype) !== isFloat(expected.dtype)) return `it is ${found.dtype} instead of ${expected.dtype}`;
  for (const [i, value] of expected.data.entries()) {
    const own = found.data[i] ?? NaN;
    const isNear =
      Object.is(own, value) || own === value || Math.abs(own - value) <= absolute + relative * Math.abs(value);
    if (!isNear) return `element ${i} is ${own} instead of ${value}`;
  }
  return undefined;
}
