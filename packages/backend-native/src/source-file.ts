import { contractionOf, programKey, winogradOf, type LoopProgram } from '@adjoint/core';
import { preludeOf } from './render/vector-prelude.js';
import type { VectorUnit } from './contraction/tiling.js';
import { renderContraction } from './contraction/render-contraction.js';
import { renderWinograd } from './winograd/render-winograd.js';
import { renderLoops } from './render/loop-function.js';
import { prelude } from './render/prelude.js';

/** A loop program as C. */
export interface RenderedFunction {
  /** Functions with the same key have the same code, but for their name. */
  readonly key: string;
  source(name: string): string;
  scratchBytes(threads: number): number;
}

/** Renders a loop program: convolutions and matrix products for their shape, all else for any extent of the first axes. */
export function renderFunction(program: LoopProgram, unit: VectorUnit): RenderedFunction {
  const contraction = contractionOf(program);
  if (contraction) {
    const convolution = winogradOf(program, contraction);
    const render = (name: string) =>
      convolution
        ? renderWinograd(program, convolution, name, unit)
        : renderContraction(program, contraction, name, unit);
    const rendered = render('kernel');
    if (rendered)
      return { key: rendered.source, source: (name) => render(name)!.source, scratchBytes: rendered.scratchBytes };
  }
  return { key: programKey(program), source: (name) => renderLoops(name, program), scratchBytes: () => 0 };
}

/** A translation unit with the given functions. */
export function renderUnit(functions: readonly string[], { lanes }: VectorUnit): string {
  return [prelude, preludeOf(lanes), ...functions].join('\n');
}
