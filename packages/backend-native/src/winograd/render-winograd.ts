import type { LoopProgram, WinogradConvolution } from '@adjoint/core';
import type { VectorUnit } from '../contraction/tiling.js';
import type { RenderedContraction } from '../contraction/render-contraction.js';
import { KernelGradientWriter } from './weight-gradient-writer.js';
import { OutputWriter } from './output-writer.js';

/**
 * Renders a 3×3 convolution of stride 1, or the gradient of its kernel, with Winograd's minimal filtering (Lavin & Gray
 * 2016): 36 products of small matrices instead of 144 multiplications for each 4×4 outputs. Tiles are transformed with
 * channels along the vectors, piece by piece of an image, so that what lies between the stages stays in the cache.
 */
export function renderWinograd(
  program: LoopProgram,
  convolution: WinogradConvolution,
  name: string,
  unit: VectorUnit,
): RenderedContraction {
  const Writer = convolution.of === 'output' ? OutputWriter : KernelGradientWriter;
  return new Writer(program, convolution, name, unit).render();
}
