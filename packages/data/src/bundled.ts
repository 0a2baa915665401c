import { AdjointError } from '@adjoint/core';
import type { BytesSource } from './bytes-source.js';

/** A set that comes with this package. */
export interface BundledSet {
  /** SPDX identifier. */
  readonly licence: string;
  /** Where it comes from. */
  readonly source: string;
  /** SHA-256 of each file, by its path in `assets`. */
  readonly files: Readonly<Record<string, string>>;
}

/** What comes with this package, by name: licences, origins, and the hashes that are checked when the files are loaded. */
export const bundledSets = {
  digits: {
    licence: 'CC-BY-4.0',
    source: 'Alpaydin & Kaynak 1998, UCI Machine Learning Repository, doi:10.24432/C50P49',
    files: { 'digits/digits.csv': 'd7ff1341011182b7af3733b201a919cea2ffe00f25ff23ba48c5e791daffb498' },
  },
  fashionMnist: {
    licence: 'MIT',
    source: 'Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747',
    files: {
      'fashion-mnist/t10k-images-idx3-ubyte.gz': 'cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa',
      'fashion-mnist/t10k-labels-idx1-ubyte.gz': '8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05',
    },
  },
} as const satisfies Readonly<Record<string, BundledSet>>;

/**
 * Refuses bytes of another content.
 * @throws AdjointError `FILE_INVALID`
 */
export async function checkContent(bytes: Uint8Array, sha256: string, source: BytesSource): Promise<Uint8Array> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found === sha256) return bytes;
  throw new AdjointError(
    'FILE_INVALID',
    `${String(source)}: its content has the SHA-256 ${found}, expected ${sha256}; the file is damaged or another, install the package again.`,
  );
}
