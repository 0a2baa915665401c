/** What touches the file system: for Node only. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { AdjointError, type App, type Model } from '@adjoint/core';
import type { ExternalData } from './format/decode-tensor.js';
import { importOnnx, type ImportOnnxOptions } from './import/import-onnx.js';

/**
 * Reads the file of an ONNX model, and the files beside it in which it keeps large tensors; see `importOnnx`.
 * @throws AdjointError `FILE_UNREADABLE`; what `importOnnx` throws
 */
export async function readOnnx(app: App, path: string, options: ImportOnnxOptions = {}): Promise<Model> {
  let bytes;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return importOnnx(app, bytes, { source: path, external: filesBeside(path), ...options });
}

/** Files in the folder of a model; what it says leads elsewhere is refused. */
function filesBeside(path: string): ExternalData {
  const folder = dirname(resolve(path));
  return (location) => {
    const file = resolve(folder, location);
    if (!file.startsWith(folder.endsWith(sep) ? folder : folder + sep))
      throw new AdjointError('FILE_INVALID', `${path}: it keeps tensors in '${location}', which is not beside it.`);
    try {
      return readFileSync(file);
    } catch (cause) {
      throw unreadable(file, cause);
    }
  };
}

function unreadable(path: string, cause: unknown): AdjointError {
  return new AdjointError('FILE_UNREADABLE', `${path}: cannot be read: ${(cause as Error).message}`, { cause });
}
