import type { Tensor } from '@adjoint/core';
import type { Builder } from '../program.js';
import { createEngine } from './backend.js';
import { input, variables } from './engine.js';
import type { Parameters } from './networks.js';

/** The network's outputs for one batch, read on the host. */
export function forwardPass(network: (x: Tensor, parameters: Parameters) => Tensor): Builder {
  return ({ x, ...initial }) => {
    const engine = createEngine();
    const entries = Object.entries(variables(engine, initial));
    const forward = engine.trace(
      ([images]) => [network(images!, Object.fromEntries(entries.map(([name, variable]) => [name, variable.value])))],
      'forward',
    );
    const batch = [input(x!)];
    let logits: ArrayLike<number> = [];
    return {
      run: async () => {
        logits = (await forward.call(batch))[0]!.data;
      },
      check: () => Array.from(logits).reduce((sum, value) => sum + value * value, 0) / logits.length,
    };
  };
}
