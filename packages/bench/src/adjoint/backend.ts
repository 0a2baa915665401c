import { backendNamed } from '@adjoint/conformance';
import { Engine } from '@adjoint/core';

const { create, tileLoop } = backendNamed(process.argv[2] ?? 'wasm');
const threads = Number(process.env['OMP_NUM_THREADS'] ?? 1);

/** An engine of one program, on the backend and with the threads that this process is told. */
export function createEngine(): Engine {
  return new Engine(create({ threads }));
}

/** The bare register-tile loop of that backend, and its size. */
export const createTileLoop = tileLoop;
