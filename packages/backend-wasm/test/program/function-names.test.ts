import { Engine, hostTensor } from '@adjoint/core';
import test from 'ava';
import { WasmBackend } from '../../src/index.js';

test('compiled functions are named after their kernels', async (t) => {
  const names: string[] = [];
  const instantiate = WebAssembly.instantiate;
  // Reads the names out of the modules as an engine does.
  const spied = async (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports) => {
    const result = await instantiate(bytes, imports);
    const [section] = WebAssembly.Module.customSections(result.module, 'name');
    names.push(new TextDecoder().decode(section));
    return result;
  };
  WebAssembly.instantiate = spied as typeof WebAssembly.instantiate;
  const engine = new Engine(new WasmBackend({ threads: 1 }));
  try {
    await engine.trace(([x]) => [x!.exp().add(1).sum()]).call([hostTensor(new Float32Array(100))]);
  } finally {
    WebAssembly.instantiate = instantiate;
    engine.close();
  }
  t.true(names.some((section) => section.includes('loops of exp add sum')));
  t.true(names.at(-1)!.includes('exp add sum'));
});
