import type { Program } from '../../compiler/program.js';
import type { DeviceBuffer } from '../backend.js';

/** Where each storage of a program lies in a run: in a buffer, so many bytes from its start. */
export function storagePlaces<Buffer extends DeviceBuffer>(
  { storages }: Program,
  arena: DeviceBuffer,
  bound: readonly DeviceBuffer[],
): { readonly buffer: Buffer; readonly offset: number }[] {
  return storages.map(({ place }) => ({
    buffer: (place.kind === 'arena' ? arena : bound[place.index]) as Buffer,
    offset: place.offset,
  }));
}
