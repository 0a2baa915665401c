import {
  choice,
  count,
  documented,
  object,
  oneOf,
  optional,
  array,
  string,
  boolean,
  type Schema,
} from '@adjoint/core/options';
import { movingMean } from '../means.js';
import {
  defineOptimizer,
  matmul,
  stepRule,
  stepRuleOf,
  swapAxes,
  zerosLike,
  type Choice,
  type Definition,
  type ParameterValue,
  type SlotTree,
  type Tensor,
  type Varying,
} from '@adjoint/core';
import { lengthOf } from '../norms.js';
import { decay, decoupledDecay, learningRate, withDecay } from '../options.js';
import { within } from '../within.js';

/** Options of Muon; stated, since what is no matrix has an optimizer of its own. */
export interface MuonOptions {
  /** Step size η of both. */
  readonly learningRate?: Varying | undefined;
  /** Share μ of the momentum that is kept. */
  readonly momentum?: number | undefined;
  /** Looks ahead along the momentum. */
  readonly nesterov?: boolean | undefined;
  /** Iterations of Newton and Schulz. */
  readonly iterations?: number | undefined;
  /** How long steps are. */
  readonly scale?: 'rms' | 'spectral' | undefined;
  /** Weight decay λ of the matrices. */
  readonly weightDecay?: Varying | undefined;
  /** Roles of the parameters that Muon takes, where they are matrices. */
  readonly roles?: readonly string[] | undefined;
  /** The optimizer of all other parameters. */
  readonly others?: Choice<'optimizer'> | undefined;
}

/** The quintic of Jordan et al. 2024, which takes singular values from (0, 1] to about 0.7 … 1.2 in five iterations. */
const [a, b, c] = [3.4445, -4.775, 2.0315];

/** Momentum whose step for a matrix has all singular values near 1; what is no matrix is left to another optimizer. */
export const muon: Definition<'optimizer', Schema<MuonOptions>> = defineOptimizer({
  options: object({
    learningRate: learningRate(1e-3),
    momentum: documented(optional(decay, 0.95), 'Share μ of the momentum that is kept.'),
    nesterov: documented(optional(boolean, true), 'Looks ahead along the momentum.'),
    iterations: documented(optional(count, 5), 'Iterations of Newton and Schulz.'),
    scale: documented(
      optional(oneOf('rms', 'spectral'), 'rms'),
      "How long steps are: 'rms' 0.2·√(larger extent), as long as Adam's, so that one rate fits both (Liu et al. 2025); 'spectral' √(rows/columns), at least 1 (Jordan et al. 2024; rates near 0.02).",
    ),
    weightDecay: decoupledDecay(0.1),
    roles: documented(
      optional(array(string), ['kernel']),
      'Roles of the parameters that are taken, where they have two or more dimensions.',
    ),
    others: documented(
      optional(choice('optimizer'), 'adamW'),
      'The optimizer of all other parameters, with the same learning rate. Of the last layer it should be, too: use groups.',
    ),
  }),
  formula: 'm ← μm + (1−μ)g;  O = UVᵀ of μm + (1−μ)g = UΣVᵀ, about;  w ← w − η·(s·O + λw)',
  source: 'Jordan et al. 2024; Liu et al. 2025, equation 4; kernels of more dimensions as matrices [first, others]',
  create({ momentum, nesterov, iterations, scale, weightDecay, roles, others }, context) {
    const rest = stepRuleOf(context.create('optimizer', others));
    const { evaluation } = rest;
    const isMatrix = ({ role, value }: ParameterValue): boolean => value.rank >= 2 && roles.includes(role);
    const isOther = (parameter: ParameterValue): boolean => !isMatrix(parameter);
    return stepRule<{ momentum: Record<string, Tensor>; others: SlotTree }>({
      init: (parameters) => ({
        momentum: Object.fromEntries(parameters.filter(isMatrix).map(({ name, value }) => [name, zerosLike(value)])),
        others: rest.init(parameters.filter(isOther)),
      }),
      step(step) {
        const { parameters, slots, learningRate: eta } = step;
        const { loss, gradients } = step.lossAndGradients();
        const kept = new Map<string, Tensor>();
        const values = parameters.map((parameter, i) => {
          const { name, value: w } = parameter;
          if (!isMatrix(parameter)) return w;
          const gradient = gradients[i]!;
          const towards = (mean: Tensor): Tensor => movingMean(mean, gradient, momentum);
          const mean = towards(slots.momentum[name]!);
          kept.set(name, mean);
          const direction = orthogonal(nesterov ? towards(mean) : mean, iterations, scale);
          return w.sub(withDecay(direction, w, weightDecay, step).mul(eta));
        });
        const places = parameters.flatMap((parameter, i) => (isOther(parameter) ? [i] : []));
        const at = <T>(list: readonly T[]): T[] => places.map((place) => list[place]!);
        const after = rest.step({
          ...within('others', step),
          parameters: at(parameters),
          slots: slots.others,
          lossAndGradients(own) {
            if (!own) return { loss, gradients: at(gradients) };
            const moved = parameters.map(({ value }) => value);
            places.forEach((place, j) => (moved[place] = own[j]!));
            const there = step.lossAndGradients(moved);
            return { ...there, gradients: at(there.gradients) };
          },
        });
        places.forEach((place, j) => (values[place] = after.values[j]!));
        return { values, slots: { momentum: Object.fromEntries(kept), others: after.slots } };
      },
      ...(evaluation && {
        evaluation(slots, parameters) {
          const own = evaluation.call(rest, slots.others, parameters.filter(isOther));
          let next = 0;
          return parameters.map((parameter) => (isMatrix(parameter) ? parameter.value : own[next++]!));
        },
      }),
    });
  },
});

/** The nearest matrix with singular values 1, about, at a length that goes with its shape. */
function orthogonal(x: Tensor, iterations: number, scale: 'rms' | 'spectral'): Tensor {
  const matrix = x.reshape([x.shape[0]!, -1]);
  const [rows = 1, columns = 1] = matrix.shape;
  // The products are those of the smaller side.
  const isTall = rows > columns;
  let y = (isTall ? swapAxes(matrix, 0, 1) : matrix).div(lengthOf(matrix).add(1e-7));
  for (let i = 0; i < iterations; i++) {
    const square = matmul(y, y, { transposeB: true });
    y = y.mul(a).add(matmul(square.mul(b).add(matmul(square, square).mul(c)), y));
  }
  const length = scale === 'rms' ? 0.2 * Math.sqrt(Math.max(rows, columns)) : Math.sqrt(Math.max(1, rows / columns));
  return (isTall ? swapAxes(y, 0, 1) : y).mul(length).reshape(x.shape);
}
