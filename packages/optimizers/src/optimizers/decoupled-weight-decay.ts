import { array, choice, documented, object, optional, rate, string, type Schema } from '@adjoint/core/options';
import {
  defineOptimizer,
  stepRule,
  stepRuleOf,
  varying,
  type Choice,
  type Definition,
  type Varying,
} from '@adjoint/core';
import { baseRate } from '../options.js';
import { within } from '../within.js';

/** Options of decoupled weight decay; stated, since the base is an optimizer again. */
export interface DecoupledWeightDecayOptions {
  /** Step size η of the base and of the decay. */
  readonly learningRate?: Varying | undefined;
  /** Weight decay λ. */
  readonly weightDecay?: Varying | undefined;
  /** Roles of the parameters that decay. */
  readonly roles?: readonly string[] | undefined;
  /** The optimizer whose step is taken beside the decay. */
  readonly base?: Choice<'optimizer'> | undefined;
}

/** Weight decay beside any optimizer: what AdamW is to Adam, and SGDW to SGD. */
export const decoupledWeightDecay: Definition<'optimizer', Schema<DecoupledWeightDecayOptions>> = defineOptimizer({
  options: object({
    learningRate: baseRate(0.01),
    weightDecay: documented(optional(varying(rate), 0.01), 'Weight decay λ.'),
    roles: documented(optional(array(string), ['kernel']), 'Roles of the parameters that decay.'),
    base: documented(optional(choice('optimizer'), 'momentum'), 'The optimizer whose step is taken beside the decay.'),
  }),
  formula: "w ← w + (the base's step) − ηλw",
  source: 'Loshchilov & Hutter 2019, algorithms 1 and 2',
  create({ weightDecay, roles, base }, context) {
    const inner = stepRuleOf(context.create('optimizer', base));
    return stepRule({
      ...inner,
      step(step) {
        const { values, slots } = inner.step(within('base', step));
        const share = step.learningRate.mul(step.value(weightDecay));
        return {
          values: step.parameters.map(({ value: w, role }, i) =>
            roles.includes(role) ? values[i]!.sub(w.mul(share)) : values[i]!,
          ),
          slots,
        };
      },
    });
  },
});
