import type { Engine } from '../engine/engine.js';
import { concatenate } from '../graph/primitives/concatenate.js';
import type { Tensor } from '../graph/tensor.js';
import { RandomSource } from '../random/random-source.js';
import { evaluationContext } from './evaluation-context.js';
import type { ForwardContext } from './layer.js';

/**
 * A pass as while training, but for the states, which stay as they are. Random numbers are a function of the seed, their
 * place, and `draw`, int32 [1].
 */
export function drawingContext(
  { engine, dtype, seed }: { readonly engine: Engine; readonly dtype: 'float32' | 'float64'; readonly seed: number },
  draw: Tensor,
): ForwardContext {
  const random = new RandomSource(seed).child('predict');
  return {
    ...evaluationContext(dtype),
    training: true,
    random: (place = '') => concatenate([engine.tensor(Int32Array.from(random.child(place).state.key)), draw], 0),
  };
}
