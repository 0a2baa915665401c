import { NativeBackend } from '@adjoint/backend-native';
import { WasmBackend } from '@adjoint/backend-wasm';
import { AdjointError } from '@adjoint/core';
import { ReferenceBackend, type Backend } from '@adjoint/core/backend';
import type { FloatType } from './compare.js';

interface BackendChoice {
  readonly create: () => Backend;
  /** The dtype that it computes in unless told otherwise. */
  readonly dtype: FloatType;
}

const backends: Readonly<Record<string, BackendChoice>> = {
  reference: { create: () => new ReferenceBackend(), dtype: 'float64' },
  wasm: { create: () => new WasmBackend(), dtype: 'float32' },
  native: { create: () => new NativeBackend(), dtype: 'float32' },
};

export function backendChoice(name: string): BackendChoice {
  const choice = Object.hasOwn(backends, name) ? backends[name] : undefined;
  if (!choice) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `There is no backend '${name}'; use one of ${Object.keys(backends).join(', ')}.`,
    );
  }
  return choice;
}
