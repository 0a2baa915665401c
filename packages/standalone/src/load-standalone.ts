import { moduleImports } from '@adjoint/backend-wasm/recording';
import { AdjointError, type HostTensor } from '@adjoint/core';
import { decodeModel, type DecodeOptions } from '@adjoint/io';
import { decodeProgram, pageBytes } from './compiled-program.js';
import { StandaloneModel } from './standalone-model.js';

/**
 * The model of a file that `compileStandalone` made, on memory of its own. The file holds code: load none of strangers.
 * @throws AdjointError `FILE_INVALID` for another file; `BACKEND_MISSING` where WebAssembly or its SIMD is not to be had
 */
export async function loadStandalone(
  file: Uint8Array | ArrayBuffer,
  options: DecodeOptions = {},
): Promise<StandaloneModel> {
  const { composition, weights, code } = decodeModel(file, options);
  const { source = 'model' } = options;
  if (!code)
    throw new AdjointError(
      'FILE_INVALID',
      `${source}: found a saved model without code; make it by compileStandalone(app, model), or build it with an app.`,
    );
  const { program, piece } = decodeProgram(code, composition.inputs, source);
  const { pages, modules, blocks, run } = program;
  const functions: Record<string, WebAssembly.ExportValue> = {};
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    for (const { bytes, names } of modules) {
      const { instance } = await WebAssembly.instantiate(piece(bytes), moduleImports(memory, functions));
      for (const name of names) functions[name] = instance.exports[name]!;
    }
  } catch (cause) {
    throw new AdjointError(
      'BACKEND_MISSING',
      `${source}: this engine does not run the model (${String(cause)}). It needs WebAssembly with SIMD, and ${pages} pages of ${pageBytes / 1024} KiB.`,
      { cause },
    );
  }
  for (const { address, bytes, weight } of blocks) {
    const content = weight === undefined ? piece(bytes) : bytesOf(weights.get(weight));
    if (content?.length !== bytes)
      throw new AdjointError('FILE_INVALID', `${source}: its code is that of a model with another '${weight}'.`);
    new Uint8Array(memory.buffer, address, bytes).set(content);
  }
  return new StandaloneModel(composition, program, memory, functions[run] as () => void);
}

function bytesOf(weight: HostTensor | undefined): Uint8Array | undefined {
  return weight && new Uint8Array(weight.data.buffer, weight.data.byteOffset, weight.data.byteLength);
}
