import type { LoopProgram } from '@adjoint/core/primitives';
import { cacheLine, oddLines, products, wholeLines, type WinogradConvolution } from '@adjoint/core/backend';
import { TILE } from '../contraction/multiply.js';
import { tilingOf, type Tiling } from './tiling.js';

/**
 * Where a Winograd convolution keeps what lies between its stages, in bytes: first what all threads share, then each
 * thread's own parts, at offsets by name.
 */
export interface Layout<Part extends string = string> {
  readonly tiling: Tiling;
  readonly sharedBytes: number;
  readonly ownBytes: number;
  readonly offsets: Readonly<Record<Part, number>>;
}

/** Transformed filters are shared. `strides` are from one product to the next. */
export interface OutputLayout extends Layout<'tiles' | 'cells' | 'planes' | 'inputs' | 'sums' | 'results'> {
  /** Where marks of uneven filters are, which are shared too. */
  readonly marks: number;
  readonly strides: { readonly filters: number; readonly inputs: number; readonly sums: number };
}

/** The sums of each group of images are shared. `strides` are from one product to the next. */
export interface WeightGradientLayout extends Layout<
  'tiles' | 'cells' | 'planes' | 'inputs' | 'cotangents' | 'results'
> {
  /** Where the sums of the groups' uneven tiles are, and the bytes of each: a mark whether there are any, and the sums. */
  readonly direct: { readonly offset: number; readonly bytes: number };
  readonly strides: { readonly sums: number; readonly inputs: number; readonly cotangents: number };
}

export function outputLayoutOf(program: LoopProgram, convolution: WinogradConvolution): OutputLayout {
  const tiling = tilingOf(program, convolution);
  const { channels, filterPanels, tilePanels, input, outputs } = tiling;
  const strides = {
    filters: oddLines(filterPanels * channels * TILE.rows * 4),
    inputs: oddLines(tilePanels * channels * TILE.columns * 4),
    sums: oddLines(tilePanels * filterPanels * TILE.bytes),
  };
  const own = placed({
    tiles: tableBytes(tiling),
    cells: cellBytes(tiling),
    planes: channels * input.bytes,
    inputs: products * strides.inputs,
    sums: products * strides.sums,
    results: outputs.bytes,
  });
  const marks = products * strides.filters;
  return { tiling, strides, marks, sharedBytes: marks + wholeLines(4 * tiling.filters), ...own };
}

export function weightGradientLayoutOf(program: LoopProgram, convolution: WinogradConvolution): WeightGradientLayout {
  const tiling = tilingOf(program, convolution);
  const { groups, channels, filters, filterPanels, channelPanels, jobTiles, input, outputs } = tiling;
  const strides = {
    sums: oddLines(channelPanels * filterPanels * TILE.bytes),
    inputs: oddLines(channelPanels * jobTiles * TILE.columns * 4),
    cotangents: oddLines(filterPanels * jobTiles * TILE.rows * 4),
  };
  const own = placed({
    tiles: tableBytes(tiling),
    cells: cellBytes(tiling),
    planes: channels * input.bytes + filters * outputs.bytes,
    inputs: products * strides.inputs,
    cotangents: products * strides.cotangents,
    results: 9 * 16,
  });
  const direct = {
    offset: groups * products * strides.sums,
    bytes: cacheLine + wholeLines(filters * Math.ceil(channels / 4) * 9 * 16),
  };
  return { tiling, strides, direct, sharedBytes: direct.offset + groups * direct.bytes, ...own };
}

/** Bytes of an entry in the table of a job's tiles: where it stands in a plane of the input and of the outputs, and a mark. */
export const ENTRY = { input: 0, outputs: 4, uneven: 8, bytes: 12 } as const;

function tableBytes({ tilePanels }: Tiling): number {
  return tilePanels * TILE.columns * ENTRY.bytes;
}

/** Cells of 2 × 2 positions of a job's input. */
function cellBytes({ input }: Tiling): number {
  return (input.rows / 2) * (input.width / 2) * 4;
}

/**
 * Parts one after the other. Patches are read in whole vectors, past the end of the last plane, so each has a line to
 * spare.
 */
function placed<Part extends string>(
  parts: Readonly<Record<Part, number>>,
): { readonly offsets: Readonly<Record<Part, number>>; readonly ownBytes: number } {
  let ownBytes = 0;
  const offsets: Record<Part, number> = { ...parts };
  for (const part in parts) {
    offsets[part] = ownBytes;
    ownBytes += wholeLines(parts[part] + cacheLine);
  }
  return { offsets, ownBytes };
}
