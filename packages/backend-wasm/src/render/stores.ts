import { storageBytes } from '@adjoint/core/backend';
import type { DType } from '@adjoint/core';
import type { LoopProgram, Store } from '@adjoint/core/primitives';
import { i32, load, op, opByName } from '../assembler/index.js';
import { Emitter, storeValue, type Environment } from './emitter.js';
import { asWord, scalarType, type Value } from './values.js';

/**
 * Writes the stores of a program at one index, or at four neighbours; all values are computed before the first is
 * stored.
 */
export function writeStores(environment: Environment, { stores, buffers }: LoopProgram): void {
  const { f } = environment;
  const emitter = new Emitter(
    environment,
    stores.flatMap(({ value, scatter }) => [value, ...(scatter ? [scatter.value] : [])]),
  );
  const values = stores.map(({ value }) => f.let(emitter.emit(value)));
  stores.forEach((store, i) => {
    const dtype = buffers[store.buffer]!;
    if (store.scatter) writeScatter(environment, emitter, store, dtype, values[i]!);
    else storeValue(environment, store.buffer, store.index, dtype, values[i]!);
  });
}

/** Adds a value to the element at a computed position; drops it where that lies outside. Scalar code only. */
function writeScatter(
  environment: Environment,
  emitter: Emitter,
  { buffer, index, scatter }: Store,
  dtype: DType,
  value: Value,
): void {
  const { f, address } = environment;
  const { extent, stride, value: target } = scatter!;
  const position = f.let(asWord(emitter.emit(target)));
  f.if(op('i32.lt_u', position, i32(extent)), () => {
    const offset = op('i32.mul', position, i32(stride * storageBytes(dtype)));
    const place = f.let(op('i32.add', address(buffer, index, storageBytes(dtype)), offset));
    const type = scalarType(dtype);
    const sum = opByName(`${type}.add`, load(`${type}.load`, place), value);
    storeValue({ ...environment, address: () => place }, buffer, index, dtype, sum);
  });
}
