/** What is used of Node's `process`, where there is one. */
interface NodeProcess {
  getBuiltinModule?(name: 'node:v8'): typeof import('node:v8');
}

/**
 * Node 20's V8 knows relaxed SIMD only behind a flag, which can be set at run time and then holds for the whole process.
 * Elsewhere (browsers) this does nothing. No import, so that bundles for browsers stay free of Node's modules.
 */
export function enableRelaxedSimd(): void {
  const { process } = globalThis as { process?: NodeProcess };
  process?.getBuiltinModule?.('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
}
