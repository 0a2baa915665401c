import type { DType } from '@adjoint/core';
import { fromHalf } from './half.js';

/** How an element type of NumPy becomes one of ours. */
export interface NumpyType {
  readonly dtype: DType;
  readonly bytes: number;
  /** Whether little-endian elements are what a host array holds. */
  readonly isHostLayout?: boolean;
  readonly read: (view: DataView, offset: number, isLittle: boolean) => number;
}

/** By kind and number of bytes, as descriptors end; whole numbers only where int32 holds them, which the reader checks. */
export const numpyTypes: ReadonlyMap<string, NumpyType> = new Map<string, NumpyType>([
  ['b1', { dtype: 'bool', bytes: 1, read: (view, at) => view.getUint8(at) }],
  ['i1', { dtype: 'int32', bytes: 1, read: (view, at) => view.getInt8(at) }],
  ['u1', { dtype: 'int32', bytes: 1, read: (view, at) => view.getUint8(at) }],
  ['i2', { dtype: 'int32', bytes: 2, read: (view, at, little) => view.getInt16(at, little) }],
  ['u2', { dtype: 'int32', bytes: 2, read: (view, at, little) => view.getUint16(at, little) }],
  ['i4', { dtype: 'int32', bytes: 4, isHostLayout: true, read: (view, at, little) => view.getInt32(at, little) }],
  ['u4', { dtype: 'int32', bytes: 4, read: (view, at, little) => view.getUint32(at, little) }],
  ['i8', { dtype: 'int32', bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) }],
  ['u8', { dtype: 'int32', bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) }],
  ['f2', { dtype: 'float32', bytes: 2, read: (view, at, little) => fromHalf(view.getUint16(at, little)) }],
  ['f4', { dtype: 'float32', bytes: 4, isHostLayout: true, read: (view, at, little) => view.getFloat32(at, little) }],
  ['f8', { dtype: 'float64', bytes: 8, isHostLayout: true, read: (view, at, little) => view.getFloat64(at, little) }],
]);
