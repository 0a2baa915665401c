import { AdjointError } from '@adjoint/core';
import { maxBytesOption, optional, schemaOf, string, validateOptions, valueText } from '@adjoint/core/options';

export interface DecodeOptions {
  /** What errors call the bytes, such as the path of their file. */
  readonly source?: string;
  /** Bytes that the arrays may take in memory, for files of strangers; any number if not given. */
  readonly maxBytes?: number;
}

/** How a file is read, whose path is its name. */
export type LoadFileOptions = Pick<DecodeOptions, 'maxBytes'>;

const schema = schemaOf<DecodeOptions>({ source: optional(string), maxBytes: maxBytesOption });

/** @throws AdjointError `OPTIONS_INVALID` */
export function decodeOptions(options: DecodeOptions): DecodeOptions {
  return validateOptions(schema, options, 'decode');
}

/**
 * Bytes, as Node reads them, or as `fetch` in a browser gives them.
 * @throws AdjointError `FILE_INVALID` for anything else
 */
export function bytesOf(given: Uint8Array | ArrayBuffer, source: string): Uint8Array {
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  if (kind === 'Uint8Array') return given as Uint8Array;
  if (kind === 'ArrayBuffer') return new Uint8Array(given as ArrayBuffer);
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: expected the bytes of a file in a Uint8Array or an ArrayBuffer, found ${valueText(given)}.`,
  );
}
