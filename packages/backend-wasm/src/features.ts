import { f32, ModuleBuilder, op, type Code } from './assembler/index.js';
import { enableRelaxedSimd } from './node/node-threads.js';

/** What the engine's WebAssembly can do. */
export interface Features {
  /** 128-bit SIMD, without which this backend cannot run. */
  readonly simd: boolean;
  /** Relaxed SIMD: multiply-add in one instruction. */
  readonly relaxedSimd: boolean;
  /** Shared memory, which a page gets if it is cross-origin isolated. */
  readonly threads: boolean;
}

/**
 * Why no WebAssembly can be compiled here, and what to do, as sentences; undefined if it can.
 */
export function whyNoWebAssembly(): string | undefined {
  if (typeof WebAssembly === 'undefined')
    return 'The wasm backend needs WebAssembly, which this engine does not have (Node has none under --jitless); use another engine or backend.';
  const compile = (): WebAssembly.Module => new WebAssembly.Module(new ModuleBuilder().build());
  try {
    compile();
    return undefined;
  } catch (error) {
    return `The wasm backend may not compile WebAssembly here. If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src, or use another backend. The engine says: ${String(error)}`;
  }
}

/** Asks the engine by handing it small modules to validate. Switches relaxed SIMD on in Node 20. */
export function detectFeatures(): Features {
  if (!hasRelaxedSimd()) enableRelaxedSimd();
  return {
    simd: validates((module) => defineVector(module, (x) => op('f32x4.add', x, x))),
    relaxedSimd: hasRelaxedSimd(),
    threads:
      globalThis.crossOriginIsolated !== false &&
      validates((module) => module.importMemory('', '', { minimum: 1, maximum: 1, shared: true })),
  };
}

function hasRelaxedSimd(): boolean {
  return validates((module) => defineVector(module, (x) => op('f32x4.relaxed_madd', x, x, x)));
}

function defineVector(module: ModuleBuilder, value: (x: Code<'v128'>) => Code<'v128'>): void {
  module.define('probe', {}, () => value(op('f32x4.splat', f32(0))));
}

function validates(fill: (module: ModuleBuilder) => void): boolean {
  const module = new ModuleBuilder();
  fill(module);
  return WebAssembly.validate(module.build());
}
