import { defineOptimizer, power, updateRule, zerosLike, type Tensor } from '@adjoint/core';
import { documented, object, optional, positive, refine } from '@adjoint/core/options';
import { decoupledDecay, learningRate } from '../options.js';

/** Adam in the memory of plain descent: of a matrix it keeps mean squares of rows and columns alone, and no mean. */
export const adafactor = defineOptimizer({
  options: object({
    learningRate: learningRate(0.01),
    decayPower: documented(
      optional(
        refine(positive, (value) => value <= 1, 'at most 1'),
        0.8,
      ),
      'c of the decay β = 1 − t⁻ᶜ of the mean squares.',
    ),
    epsilon1: documented(optional(positive, 1e-30), 'Added to each squared gradient.'),
    epsilon2: documented(optional(positive, 1e-3), 'Least size of a parameter, by which steps are measured.'),
    clip: documented(optional(positive, 1), 'Largest root mean square d of a scaled gradient.'),
    weightDecay: decoupledDecay(0),
  }),
  formula:
    'R ← βR + (1−β)·mean of g²+ε₁ over columns, C likewise over rows;  u = g/√(R·C/mean R);  w ← w − min(η, 1/√t)·max(ε₂, rms w)·u/max(1, rms u/d)',
  source: 'Shazeer & Stern 2018, algorithms 4 and 5; kernels of more dimensions as matrices [first, others]',
  create: ({ decayPower, epsilon1, epsilon2, clip, weightDecay }) =>
    updateRule<{ rows?: Tensor; columns?: Tensor; square?: Tensor }>({
      init({ value }) {
        if (value.rank < 2) return { square: zerosLike(value) };
        const matrix = zerosLike(matrixOf(value));
        return { rows: matrix.sum(1, true), columns: matrix.sum(0, true) };
      },
      update(gradient, { rows, columns, square }, { value: w }, context) {
        const { learningRate: eta, scalar, value } = context;
        const share = scalar('share', ({ step }) => power(step + 1, -decayPower));
        const towards = (kept: Tensor, now: Tensor): Tensor => kept.add(now.sub(kept).mul(share));
        const squares = gradient.square().add(epsilon1);
        let next: { rows?: Tensor; columns?: Tensor; square?: Tensor };
        let scaled: Tensor;
        if (rows && columns) {
          const matrix = matrixOf(squares);
          next = { rows: towards(rows, matrix.mean(1, true)), columns: towards(columns, matrix.mean(0, true)) };
          const { rows: r, columns: c } = next as { rows: Tensor; columns: Tensor };
          scaled = matrixOf(gradient).mul(r.div(r.mean()).rsqrt()).mul(c.rsqrt()).reshape(gradient.shape);
        } else {
          next = { square: towards(square!, squares) };
          scaled = gradient.mul(next.square!.rsqrt());
        }
        const cap = scalar('cap', ({ step }) => 1 / Math.sqrt(step + 1));
        const step = eta.minimum(cap).mul(rootMeanSquare(w).maximum(epsilon2));
        const change = scaled.mul(step.div(rootMeanSquare(scaled).div(clip).maximum(1)));
        const decayed = weightDecay === 0 ? change : change.add(w.mul(eta.mul(value(weightDecay))));
        return [decayed.neg(), next];
      },
    }),
});

function matrixOf(x: Tensor): Tensor {
  return x.rank === 2 ? x : x.reshape([x.shape[0]!, -1]);
}

function rootMeanSquare(x: Tensor): Tensor {
  return x.square().mean().sqrt();
}
