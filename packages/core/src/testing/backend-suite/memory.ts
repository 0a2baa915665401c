import type { Backend } from '../../backend/backend.js';
import { storageBytes } from '../../compiler/program.js';
import { isFloat, type DType, type TypedArray } from '../../tensor/dtype.js';
import type { Assertions } from '../test-function.js';
import type { BackendBed } from './bed.js';

/** Memory keeps what is written, and nothing else changes. */
export function testMemory({ test, create, dtypes }: BackendBed): void {
  for (const [dtype, data] of [
    ['float32', Float32Array.of(1.5, -0, NaN, Infinity, -Infinity, 1e-45, 3.4e38)],
    ['float64', Float64Array.of(0.1, -0, NaN, -Infinity, 5e-324, 1.7e308)],
    ['int32', Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31))],
    ['bool', Uint8Array.of(1, 0, 1, 1, 0)],
  ] as const) {
    if (isFloat(dtype) && !dtypes.includes(dtype)) continue;
    test(`memory keeps ${dtype}, zero-filled at first`, (t) => keepsMemory(t, create, dtype, data));
  }
}

async function keepsMemory(
  t: Assertions,
  create: () => Backend | Promise<Backend>,
  dtype: DType,
  data: TypedArray,
): Promise<void> {
  const backend = await create();
  const bytes = storageBytes(dtype);
  for (let round = 0; round < 2; round++) {
    const [buffer, neighbour, empty] = [
      backend.allocate((data.length + 2) * bytes),
      backend.allocate(3 * bytes),
      backend.allocate(0),
    ];
    t.deepEqual([...(await backend.read(buffer, dtype, 0, data.length + 2))], new Array(data.length + 2).fill(0));
    backend.write(buffer, data);
    backend.write(empty, data.subarray(0, 0));
    t.deepEqual(await backend.read(buffer, dtype, 0, data.length), data);
    t.deepEqual(await backend.read(buffer, dtype, bytes, data.length - 1), data.slice(1));
    t.deepEqual([...(await backend.read(buffer, dtype, data.length * bytes, 2))], [0, 0]);
    t.deepEqual([...(await backend.read(neighbour, dtype, 0, 3))], [0, 0, 0]);
    t.deepEqual((await backend.read(empty, dtype, 0, 0)).length, 0);
    for (const block of [buffer, neighbour, empty]) backend.release(block);
  }
  backend.close();
}
