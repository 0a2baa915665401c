import { NativeBackend } from '@adjoint/backend-native';
import { tileLoop as nativeTileLoop } from '@adjoint/backend-native/tile';
import { WasmBackend } from '@adjoint/backend-wasm';
import { TILE, tileLoop as wasmTileLoop } from '@adjoint/backend-wasm/tile';
import { Engine } from '@adjoint/core';

const name = process.argv[2] === 'native' ? 'native' : 'wasm';
const threads = Number(process.env['OMP_NUM_THREADS'] ?? 1);

/** An engine of one program, on the backend and with the threads that this process is told. */
export function createEngine(): Engine {
  return new Engine(name === 'native' ? new NativeBackend({ threads }) : new WasmBackend({ threads }));
}

/** The bare register-tile loop of that backend, and its size. */
export async function createTileLoop() {
  const depth = name === 'native' ? 128 : 256;
  if (name === 'native') return { depth, ...(await nativeTileLoop({ depth })) };
  return { depth, rows: TILE.rows, columns: TILE.columns, ...(await wasmTileLoop({ depth })) };
}
