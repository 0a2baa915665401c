import type { LoopProgram } from '@adjoint/core/primitives';
import type { WinogradConvolution } from '@adjoint/core/backend';
import type { RenderedFunction } from '../render/rendered-function.js';
import type { VectorTarget } from '../render/vector-target.js';
import { OutputWriter } from './output-writer.js';
import { WeightGradientWriter } from './weight-gradient-writer.js';

/**
 * Renders a 3×3 convolution of stride 1, or the gradient of its weights, with Winograd's minimal filtering (Lavin & Gray
 * 2016): 36 products of small matrices instead of 144 multiplications for each 4×4 outputs. Tiles are transformed with
 * channels along the vectors, a few rows of an image at a time, so that the results between the stages stay in the cache.
 */
export function renderWinograd(
  program: LoopProgram,
  convolution: WinogradConvolution,
  target: VectorTarget,
): RenderedFunction {
  const Writer = convolution.of === 'output' ? OutputWriter : WeightGradientWriter;
  return new Writer(program, convolution, target).render();
}
