import type { DType, Shape } from '@adjoint/core';

/** Files begin with the bytes of this text; the length of the header in bytes follows, uint32 in little-endian order. */
export const magic = 'adjoint1';
export const headerStart = magic.length + 4;

/** Of memory. */
export const pageBytes = 1 << 16;

/** An input or output in memory. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  /** Examples first. */
  readonly shape: Shape;
  /** Missing for an input that no output depends on. */
  readonly address?: number | undefined;
}

/** JSON; the modules and the blocks follow behind it, one after the other. */
export interface Header {
  /** How much memory it takes. */
  readonly pages: number;
  /** In the order in which they are instantiated: lengths in bytes, and names of functions that later ones import. */
  readonly modules: readonly { readonly bytes: number; readonly names: readonly string[] }[];
  /** What memory holds at the start, beside zeros. */
  readonly blocks: readonly { readonly address: number; readonly bytes: number }[];
  /** The name of the function that computes the outputs. */
  readonly program: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}
