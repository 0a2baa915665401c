import { extname } from 'node:path';
import { loadModel, readFileBytes } from '@adjoint/io/node';
import type { App, Model } from '@adjoint/core';
import { importOptional } from './import-from-here.js';

/** What is used to read of `@adjoint/onnx`, which is not part of `adjoint`. */
interface Onnx {
  importOnnx(app: App, bytes: Uint8Array, options?: { readonly source?: string }): Promise<Model>;
}

/** A model with its weights from a file: ONNX by the ending of its name, else a saved model or a checkpoint. */
export async function readModel(app: App, path: string): Promise<Model> {
  if (extname(path) !== '.onnx') return loadModel(app, path);
  const { importOnnx } = await importOptional<Onnx>('@adjoint/onnx');
  return importOnnx(app, await readFileBytes(path), { source: path });
}
