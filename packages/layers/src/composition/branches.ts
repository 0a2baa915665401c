import { concatenate, defineLayer, severalOf, type Choice, type Definition, type Tensor } from '@adjoint/core';
import {
  array,
  choice,
  documented,
  integer,
  object,
  oneOf,
  optional,
  refine,
  type Schema,
} from '@adjoint/core/options';
import type { Defaulted } from '../defaulted.js';
import { chain } from './chain.js';

/** Options of `branches`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface BranchesOptions {
  /** Each a list of layers one after the other; an empty list passes its input on. */
  readonly branches: readonly (readonly Choice<'layer'>[])[];
  /** How the branches meet; concatenate if not given. */
  readonly join?: 'concatenate' | 'add' | 'multiply' | 'none' | undefined;
  /** Axis of the batch along which they are concatenated; 1, the channels, if not given. */
  readonly axis?: number | undefined;
}

/** Several chains of layers over the same input, whose outputs are joined, or given one by one. */
export const branches: Definition<'layer', Schema<BranchesOptions, Defaulted<BranchesOptions>>> = defineLayer({
  options: object({
    branches: documented(
      refine(array(array(choice('layer'))), (chains) => chains.length > 0, 'at least one branch'),
      'Each a list of layers one after the other; an empty list passes its input on.',
    ),
    join: documented(
      optional(oneOf('concatenate', 'add', 'multiply', 'none'), 'concatenate'),
      'How the branches meet; with none, each is an output of its own.',
    ),
    axis: documented(optional(integer, 1), 'Axis of the batch along which they are concatenated; 1 is the channels.'),
  }),
  formula: 'y = join(f₁(x), f₂(x), …)',
  source: 'Szegedy et al. 2015, section 4, for the concatenation of channels',
  examples: [
    { options: { branches: [[{ dense: { units: 2 } }], []] }, inputs: [[3]] },
    { options: { branches: [['tanh'], ['sigmoid']], join: 'multiply' }, inputs: [[3]] },
    { options: { branches: [['tanh'], []], join: 'none' }, inputs: [[3]] },
  ],
  create: ({ branches: chains, join, axis }) => ({
    build(inputs, scope) {
      const built = chains.map((layers) => chain(scope, layers, inputs));
      const joins = {
        concatenate: (outputs: readonly Tensor[]) => concatenate(outputs, axis),
        add: (outputs: readonly Tensor[]) => outputs.reduce((sum, output) => sum.add(output)),
        multiply: (outputs: readonly Tensor[]) => outputs.reduce((product, output) => product.mul(output)),
        none: (outputs: readonly Tensor[]) => severalOf(outputs),
      };
      return (tensors, context) => joins[join](built.map(({ run }) => run(tensors, context)[0]));
    },
  }),
});
