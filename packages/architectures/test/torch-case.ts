import { readFile } from 'node:fs/promises';
import type { ExecutionContext } from 'ava';
import { wasm } from '@adjoint/backend-wasm';
import { convLayers } from '@adjoint/conv-layers';
import { createApp, hostTensor, type Composition } from '@adjoint/core';
import { encodeSafetensors, loadTorchWeights, type TorchNames } from '@adjoint/io';
import { layers } from '@adjoint/layers';
import { torchInput, torchValues } from './torch-values.js';

interface TorchCase {
  readonly size: number;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly (readonly number[])[];
}

const { cases } = JSON.parse(await readFile(new URL('../../test/torch.json', import.meta.url), 'utf8')) as {
  readonly cases: Readonly<Record<string, TorchCase>>;
};

/** The file that PyTorch would write of a case. */
export function torchFile(name: string): Uint8Array {
  const { tensors } = caseOf(name);
  const filled = Object.entries(tensors).map(([key, shape]) => {
    const values = torchValues(key, shape);
    return [key, hostTensor(key.endsWith('num_batches_tracked') ? Int32Array.of(0) : values, shape)] as const;
  });
  return encodeSafetensors(Object.fromEntries(filled));
}

export const createTorchApp = () => createApp({ plugins: [wasm, layers, convLayers] });

/** Loads the weights of a case, and compares logits with those of PyTorch. */
export async function sameLogits(
  t: ExecutionContext,
  name: string,
  composition: Composition,
  names?: TorchNames,
): Promise<void> {
  const { logits } = caseOf(name);
  const app = createTorchApp();
  t.teardown(() => app.close());
  const model = app.build(composition);
  loadTorchWeights(model, torchFile(name), { ...(names && { names }), source: name });
  const shape = [2, ...composition.inputs[0].shape.map(Number)];
  const { data } = await model.predict(hostTensor(torchInput(shape.reduce((a, b) => a * b)), shape));
  const wanted = logits.flat();
  const largest = Math.max(...wanted.map(Math.abs));
  const worst = Math.max(...wanted.map((value, i) => Math.abs(value - (data[i] ?? NaN))));
  t.true(worst < 2e-5 * largest, `differs by ${worst} of ${largest}`);
}

function caseOf(name: string): TorchCase {
  const found = cases[name];
  if (!found) throw new Error(`torch.json has no case ${name}`);
  return found;
}
