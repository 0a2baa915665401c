import { isNativeAvailable, NativeBackend } from '@adjoint/backend-native';
import { tileLoop as nativeTileLoop } from '@adjoint/backend-native/tile';
import { WasmBackend } from '@adjoint/backend-wasm';
import { TILE, tileLoop as wasmTileLoop } from '@adjoint/backend-wasm/tile';
import { AdjointError } from '@adjoint/core';
import { ReferenceBackend, type Backend } from '@adjoint/core/backend';
import type { FloatType } from './compare.js';

/** The register tile of a backend's contractions alone: what they could reach at most. */
export interface TileLoop {
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
  /** Computes this many tiles, each 2·rows·columns·depth floating-point operations. */
  readonly run: (tiles: number) => void;
  /** The tile that the last run computed: every element is depth/4. */
  readonly result: Float32Array;
}

/** A backend as tests of all backends and the benchmark know it. */
export interface KnownBackend {
  readonly name: string;
  readonly create: (options: { readonly threads?: number }) => Backend;
  /** The dtype that it computes in unless told otherwise. */
  readonly dtype: FloatType;
  /** Whether the machine has what it needs; it has, if not given. */
  readonly isAvailable?: () => boolean;
  /** Random programs that a test may have it compile in a few seconds. */
  readonly programs: number;
  /** For backends that are measured. */
  readonly tileLoop?: () => Promise<TileLoop>;
}

const wasmTile = async (): Promise<TileLoop> => {
  const depth = 256;
  return { depth, rows: TILE.rows, columns: TILE.columns, ...(await wasmTileLoop({ depth })) };
};
const nativeTile = async (): Promise<TileLoop> => ({ depth: 128, ...(await nativeTileLoop({ depth: 128 })) });

/** Every backend; the oracle comes first. A new one is a line here, and is then tested and measured like the others. */
export const backends: readonly KnownBackend[] = [
  { name: 'reference', create: () => new ReferenceBackend(), dtype: 'float64', programs: 150 },
  { name: 'wasm', create: (given) => new WasmBackend(given), dtype: 'float32', programs: 150, tileLoop: wasmTile },
  {
    name: 'native',
    create: (given) => new NativeBackend(given),
    dtype: 'float32',
    isAvailable: isNativeAvailable,
    programs: 20,
    tileLoop: nativeTile,
  },
];

/** Those that this machine can run. */
export const availableBackends = backends.filter(({ isAvailable }) => isAvailable?.() ?? true);

/** @throws AdjointError `ATTRIBUTE_INVALID` where there is none of that name. */
export function backendNamed(name: string): KnownBackend {
  const found = backends.find((backend) => backend.name === name);
  if (found) return found;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `There is no backend '${name}'; use one of ${backends.map((backend) => backend.name).join(', ')}.`,
  );
}
