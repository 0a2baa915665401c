import { AdjointError, defineRegularizer, gradients, isFloat, severalOf, varying } from '@adjoint/core';
import { documented, number, object, optional, rate, refine, tuple } from '@adjoint/core/options';

/** Trains on the inputs and on those that are worst nearby, by the fast gradient sign method. */
export const adversarial = defineRegularizer({
  options: object({
    epsilon: documented(optional(varying(rate), 0.01), 'Step ε of each element of the float inputs.'),
    strength: documented(optional(varying(rate), 1), 'Factor s of the loss there; 1 counts both alike.'),
    range: documented(
      optional(refine(tuple(number, number), ([least, most]) => least < most, 'least and most')),
      'Where inputs stay, such as [0, 1] for images; anywhere if not given.',
    ),
  }),
  formula: 'L ← L + s·L(x + ε·sign ∂L/∂x)',
  source: 'Goodfellow et al. 2015, section 6, with s = (1 − α)/α',
  create: ({ epsilon, strength, range }) => ({
    penalty({ inputs, loss, lossOn }, { value }) {
      const varied = inputs.filter((x) => isFloat(x.dtype));
      if (varied.length === 0)
        throw new AdjointError('OPTIONS_INVALID', 'adversarial: the model has no float inputs, which it could move.');
      const slopes = gradients(loss, varied);
      const moved = inputs.map((x) => {
        const slope = slopes[varied.indexOf(x)];
        if (!slope) return x;
        const worse = x.add(slope.sign().mul(value(epsilon).cast(x.dtype)));
        return range ? worse.clamp(...range) : worse;
      });
      return lossOn(severalOf(moved)).mul(value(strength));
    },
  }),
});
