import { choice, documented, object, optional, positive, type Schema } from '@adjoint/core/options';
import {
  defineOptimizer,
  stepRule,
  stepRuleOf,
  type Choice,
  type Definition,
  type Tensor,
  type Varying,
} from '@adjoint/core';
import { scaleTo } from '../norms.js';
import { baseRate } from '../options.js';
import { within } from '../within.js';

/** Options of SAM; stated, since the base is an optimizer again, and the compiler cannot find a type within itself. */
export interface SamOptions {
  /** Step size η of the base. */
  readonly learningRate?: Varying | undefined;
  /** Radius ρ of the neighbourhood. */
  readonly rho?: number | undefined;
  /** The optimizer that uses the gradient. */
  readonly base?: Choice<'optimizer'> | undefined;
}

/** Sharpness-aware minimisation: takes the gradient at the worst nearby point, found with a first gradient. */
export const sam: Definition<'optimizer', Schema<SamOptions>> = defineOptimizer({
  options: object({
    learningRate: baseRate(0.01),
    rho: documented(optional(positive, 0.05), 'Radius ρ of the neighbourhood.'),
    base: documented(optional(choice('optimizer'), 'sgd'), 'The optimizer that uses the gradient.'),
  }),
  formula: 'e = ρ·g(w)/(‖g(w)‖ + 10⁻¹²);  base step with g(w + e)',
  source: 'Foret et al. 2021, algorithm 1',
  create({ rho, base }, context) {
    const inner = stepRuleOf(context.create('optimizer', base));
    return stepRule({
      ...inner,
      step(step) {
        const { loss, gradients: first } = step.lossAndGradients();
        const scale = scaleTo(rho, first, { epsilon: 1e-12 });
        const climbs = first.map((gradient) => gradient.mul(scale));
        const climbed = (values: readonly Tensor[]): Tensor[] => values.map((value, i) => value.add(climbs[i] ?? 0));
        return inner.step({
          ...within('base', step),
          // The loss is that of the parameters, not of the point that was climbed to.
          lossAndGradients: (values = step.parameters.map(({ value }) => value)) => ({
            ...step.lossAndGradients(climbed(values)),
            loss,
          }),
        });
      },
    });
  },
});
