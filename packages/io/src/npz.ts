import { AdjointError, isHostTensor, type HostTensor } from '@adjoint/core';
import { boolean, checkMaxBytes, optional, schemaOf, validateOptions } from '@adjoint/core/options';
import { unzipSync, zipSync } from 'fflate';
import { bytesOf, decodeOptions, type DecodeOptions } from './decode-options.js';
import { decodeNpy, encodeNpy } from './npy.js';

export interface NpzOptions {
  /** Whether the arrays are deflated, as `numpy.savez_compressed` does; false if not given. */
  readonly compress?: boolean;
}

const npzOptions = schemaOf<NpzOptions>({ compress: optional(boolean) });

/** The earliest time that a zip file can hold: equal arrays give equal bytes. */
const earliest = new Date(1980, 0, 1);

/**
 * Reads arrays by name from the zip file that `numpy.savez` and `numpy.savez_compressed` write. Entries that are no
 * arrays are left out.
 * @throws AdjointError `FILE_INVALID` for what is no zip file, for an array that `decodeNpy` refuses, and where the
 * unpacked arrays would take more than `maxBytes`
 */
export function decodeNpz(given: Uint8Array | ArrayBuffer, options: DecodeOptions = {}): Map<string, HostTensor> {
  const { source = 'npz data', maxBytes } = decodeOptions(options);
  const bytes = bytesOf(given, source);
  let announced = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!name.endsWith('.npy')) return false;
        announced += originalSize;
        checkMaxBytes(announced, maxBytes, source);
        return true;
      },
    });
  } catch (cause) {
    if (cause instanceof AdjointError) throw cause;
    throw new AdjointError('FILE_INVALID', `${source}: it is no zip file, or a damaged one; use another copy.`, {
      cause,
    });
  }
  let left = maxBytes;
  const tensors = new Map<string, HostTensor>();
  for (const [name, file] of Object.entries(files)) {
    const limit = left === undefined ? {} : { maxBytes: left };
    const tensor = decodeNpy(file, { source: `${source}: ${name}`, ...limit });
    if (left !== undefined) left -= tensor.data.byteLength;
    tensors.set(name.slice(0, -'.npy'.length), tensor);
  }
  return tensors;
}

/**
 * Writes arrays by name as one file that `numpy.load` reads. Equal content gives equal bytes.
 * @throws AdjointError `OPTIONS_INVALID` for what are no host tensors by name
 */
export function encodeNpz(
  tensors: ReadonlyMap<string, HostTensor> | Readonly<Record<string, HostTensor>>,
  options: NpzOptions = {},
): Uint8Array {
  const { compress = false } = validateOptions(npzOptions, options, 'encodeNpz');
  if (typeof tensors !== 'object' || tensors === null)
    throw new AdjointError('OPTIONS_INVALID', 'encodeNpz: takes host tensors by name.');
  const entries: [string, HostTensor][] = tensors instanceof Map ? [...tensors] : Object.entries(tensors);
  const odd = entries.find(([, tensor]) => !isHostTensor(tensor));
  if (odd)
    throw new AdjointError('OPTIONS_INVALID', `encodeNpz: '${odd[0]}' is no host tensor { data, shape, dtype }.`);
  const files = entries.map(([name, tensor]) => [`${name}.npy`, encodeNpy(tensor)] as const);
  return zipSync(Object.fromEntries(files), { level: compress ? 6 : 0, mtime: earliest });
}
