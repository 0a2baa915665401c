import type { LoopProgram } from '../../loops/loop-program.js';
import { contractionOf, type Contraction } from './contraction.js';
import { winogradOf, type WinogradConvolution } from './winograd/winograd-of.js';

/** How a loop program is computed best: as loops, as a tiled contraction, or by Winograd's minimal filtering. */
export type Method =
  | { readonly kind: 'loops' }
  | { readonly kind: 'contraction'; readonly contraction: Contraction }
  | { readonly kind: 'winograd'; readonly contraction: Contraction; readonly convolution: WinogradConvolution };

export function methodOf(program: LoopProgram): Method {
  const contraction = contractionOf(program);
  if (!contraction) return { kind: 'loops' };
  const convolution = winogradOf(program, contraction);
  return convolution ? { kind: 'winograd', contraction, convolution } : { kind: 'contraction', contraction };
}
