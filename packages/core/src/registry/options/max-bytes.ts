import { AdjointError } from '../../errors.js';
import { documented, natural, optional } from './schema.js';

/** The option `maxBytes` of everything that reads outside files. */
export const maxBytesOption = documented(
  optional(natural),
  'Bytes that what is read may take in memory, for files of strangers; any number if not given.',
);

/**
 * Refuses what would take more memory than `maxBytes` allows, before any of it is taken.
 * @throws AdjointError `FILE_INVALID`
 */
export function checkMaxBytes(bytes: number, maxBytes: number | undefined, source: string): void {
  if (maxBytes === undefined || bytes <= maxBytes) return;
  throw new AdjointError(
    'FILE_INVALID',
    `${source}: it takes ${bytes} bytes in memory, more than the ${maxBytes} that maxBytes allows; raise it if the file is trusted.`,
  );
}
