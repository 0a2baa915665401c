import {
  AdjointError,
  defineOptimizer,
  stepRule,
  updateRule,
  varying,
  zerosLike,
  type StepRule,
  type Tensor,
  type UpdateRule,
  type Varying,
} from '@adjoint/core';
import { boolean, documented, fraction, object, oneOf, optional } from '@adjoint/core/options';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

/** Gradient descent with a velocity, in the form of Sutskever et al. with the rate outside the velocity. */
export const momentum = defineOptimizer({
  options: object({
    learningRate: learningRate(0.01),
    momentum: documented(optional(varying(decay), 0.9), 'Share μ of the velocity that is kept.'),
    dampening: documented(
      optional(fraction, 0),
      'Share of the gradient that does not enter the velocity; the first gradient enters whole.',
    ),
    weightDecay: coupledDecay,
    nesterov: documented(optional(boolean, false), 'Looks ahead along the velocity.'),
    form: documented(
      optional(oneOf('pytorch', 'textbook'), 'pytorch'),
      "How nesterov looks ahead: 'pytorch' keeps the point ahead as the parameter and needs one gradient there; 'textbook' keeps w, and takes the gradient at w − ημv.",
    ),
  }),
  formula: 'v ← μv + g;  w ← w − η·v  (nesterov: w ← w − η·(g + μv); textbook: g taken at w − ημv)',
  source: 'Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013',
  examples: [{ options: {} }, { options: { nesterov: true } }, { options: { nesterov: true, form: 'textbook' } }],
  create({ momentum: share, dampening, weightDecay, nesterov, form }) {
    if (nesterov && dampening !== 0)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `optimizer 'momentum': nesterov looks ahead along the whole velocity, so it takes no dampening; leave out one of them.`,
      );
    return nesterov && form === 'textbook'
      ? lookingAhead(share, weightDecay)
      : velocityRule({ share, dampening, weightDecay, nesterov });
  },
});

interface VelocityOptions {
  readonly share: Varying;
  readonly dampening: number;
  readonly weightDecay: Varying;
  readonly nesterov: boolean;
}

function velocityRule({ share, dampening, weightDecay, nesterov }: VelocityOptions): UpdateRule {
  return updateRule({
    init: ({ value }) => ({ velocity: zerosLike(value) }),
    update(given, { velocity }, { value: w }, context) {
      const { learningRate: eta, scalar, value } = context;
      const gradient = withDecay(given, w, weightDecay, context);
      const entering =
        dampening === 0 ? gradient : gradient.mul(scalar('entering', ({ step }) => (step === 0 ? 1 : 1 - dampening)));
      const next = velocity.mul(value(share)).add(entering);
      const direction = nesterov ? gradient.add(next.mul(value(share))) : next;
      return [direction.mul(eta).neg(), { velocity: next }];
    },
  });
}

/** v ← μv + g(w − ημv);  w ← w − ηv. */
function lookingAhead(share: Varying, weightDecay: Varying): StepRule {
  return stepRule<Record<string, { velocity: Tensor }>>({
    init: (parameters) =>
      Object.fromEntries(parameters.map(({ name, value }) => [name, { velocity: zerosLike(value) }])),
    step(context) {
      const { parameters, slots, learningRate: eta, value, lossAndGradients } = context;
      const kept = parameters.map(({ name }) => slots[name]!.velocity.mul(value(share)));
      const ahead = parameters.map(({ value: w }, i) => w.sub(kept[i]!.mul(eta)));
      const { gradients } = lossAndGradients(ahead);
      const velocities = kept.map((velocity, i) =>
        velocity.add(withDecay(gradients[i]!, ahead[i]!, weightDecay, context)),
      );
      return {
        values: parameters.map(({ value: w }, i) => w.sub(velocities[i]!.mul(eta))),
        slots: Object.fromEntries(parameters.map(({ name }, i) => [name, { velocity: velocities[i]! }])),
      };
    },
  });
}
