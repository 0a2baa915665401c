import {
  defineOptimizer,
  literal,
  updateRule,
  wholePower,
  where,
  zerosLike,
  type StepContext,
  type Tensor,
} from '@adjoint/core';
import { documented, natural, object, optional, positive, refine } from '@adjoint/core/options';
import { movingMean } from '../means.js';
import { coupledDecay, decay, learningRate, withDecay } from '../options.js';

const shared = {
  beta: documented(
    optional(
      refine(positive, (value) => value <= 1, 'at most 1'),
      0.9,
    ),
    'Where gradients are taken: share β of the way from the fast weights z to their mean x.',
  ),
  warmup: documented(optional(natural, 0), 'Steps over which the rate rises linearly first.'),
};

const formula = 'y = (1−β)z + βx;  z ← z − η·d(y);  x ← x + c(z − x), c = ηₘₐₓ²/Σ ηₘₐₓ²';
const source = 'Defazio et al. 2024, equations 5–7 and algorithm 1';

/** Descent that averages as it goes and needs no end in advance: no schedule. The mean is what is evaluated. */
export const scheduleFreeSgd = defineOptimizer({
  options: object({ learningRate: learningRate(0.1), ...shared, weightDecay: coupledDecay }),
  formula: `${formula}, d = g + λy`,
  source,
  create: ({ beta, warmup, weightDecay }) =>
    updateRule({
      init: ({ value }) => start(value),
      update(given, slots, { value: y }, context) {
        const direction = withDecay(given, y, weightDecay, context);
        const [change, next] = advance(direction, slots, y, { beta, eta: warmed(warmup, context) });
        return [change, next];
      },
      evaluation: ({ fast }, { value }) => meanOf(value, fast, beta),
    }),
});

/** The same with Adam's scaling, instead of its mean. */
export const scheduleFreeAdamW = defineOptimizer({
  options: object({
    learningRate: learningRate(2.5e-3),
    ...shared,
    beta2: documented(optional(decay, 0.999), 'Decay of the mean square.'),
    epsilon: documented(optional(positive, 1e-8), 'Added to the root of the mean square.'),
    weightDecay: coupledDecay,
  }),
  formula: `${formula}, v ← β₂v + (1−β₂)g², d = g/(√(v/(1−β₂ᵗ)) + ε) + λy`,
  source,
  create: ({ beta, beta2, epsilon, warmup, weightDecay }) =>
    updateRule({
      init: ({ value }) => ({ ...start(value), square: zerosLike(value) }),
      update(gradient, { square, ...slots }, { value: y }, context) {
        const nextSquare = movingMean(square, gradient.square(), beta2);
        const correction = context.scalar(
          'rootCorrection',
          ({ step }) => 1 / Math.sqrt(1 - wholePower(beta2, step + 1)),
        );
        const scaled = gradient.div(nextSquare.sqrt().mul(correction).add(epsilon));
        const direction = withDecay(scaled, y, weightDecay, context);
        const [change, next] = advance(direction, slots, y, { beta, eta: warmed(warmup, context) });
        return [change, { ...next, square: nextSquare }];
      },
      evaluation: ({ fast }, { value }) => meanOf(value, fast, beta),
    }),
});

type Slots = {
  /** z. */
  readonly fast: Tensor;
  /** Largest rate so far. */
  readonly peak: Tensor;
  /** Σ ηₘₐₓ² so far. */
  readonly weight: Tensor;
};

function start(y: Tensor): Slots {
  return { fast: y, peak: literal(0, y.dtype), weight: literal(0, y.dtype) };
}

/** The change of y, and the slots after it; x is not kept, as y and z tell it. */
function advance(
  direction: Tensor,
  { fast, peak, weight }: Slots,
  y: Tensor,
  { beta, eta }: { readonly beta: number; readonly eta: Tensor },
): [Tensor, Slots] {
  const nextPeak = peak.maximum(eta);
  const own = nextPeak.square();
  const nextWeight = weight.add(own);
  const isZero = nextWeight.equal(0);
  const share = where(isZero, 0, own.div(where(isZero, 1, nextWeight)));
  const next = fast.sub(direction.mul(eta));
  const length = share
    .mul(beta)
    .add(1 - beta)
    .mul(eta);
  return [fast.sub(y).mul(share).sub(direction.mul(length)), { fast: next, peak: nextPeak, weight: nextWeight }];
}

function meanOf(y: Tensor, fast: Tensor, beta: number): Tensor {
  return fast.add(y.sub(fast).div(beta));
}

function warmed(steps: number, { learningRate: eta, scalar }: StepContext): Tensor {
  return steps === 0 ? eta : eta.mul(scalar('warmup', ({ step }) => Math.min(1, (step + 1) / steps)));
}
