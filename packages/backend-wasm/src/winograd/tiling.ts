import { winogradSizes, type WinogradConvolution, type WinogradSizes } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { TILE } from '../contraction/multiply.js';

/** The sizes of a Winograd convolution, with the panels into which its operands are packed. */
export interface Tiling extends WinogradSizes {
  /** What a job reads of an image's input, with all that the taps reach, and its part of the outputs. */
  readonly input: Plane;
  readonly outputs: Plane;
  readonly filterPanels: number;
  readonly channelPanels: number;
  readonly tilePanels: number;
}

/** A piece of an image, of one channel or filter. */
export interface Plane {
  readonly width: number;
  readonly rows: number;
  readonly bytes: number;
}

export function tilingOf(program: LoopProgram, convolution: WinogradConvolution): Tiling {
  const sizes = winogradSizes(program, convolution);
  const { tiles, jobRows, jobTiles, channels, filters } = sizes;
  const plane = (halo: number): Plane => {
    const [width, rows] = [tiles[1] * 4 + halo, jobRows * 4 + halo];
    return { width, rows, bytes: width * rows * 4 };
  };
  return {
    ...sizes,
    input: plane(2),
    outputs: plane(0),
    filterPanels: Math.ceil(filters / TILE.rows),
    channelPanels: Math.ceil(channels / TILE.columns),
    tilePanels: Math.ceil(jobTiles / TILE.columns),
  };
}
