import { constant } from '../graph/primitives/constant.js';
import { literal } from '../graph/primitives/literal.js';
import type { Tensor } from '../graph/tensor.js';
import type { BuildContext, HostStep, Varying } from '../model/build-context.js';
import { RandomSource } from '../random/random-source.js';
import { hostTensor } from '../tensor/host-tensor.js';
import { reduceTerms, type Loss } from '../training/loss.js';
import { scoredOf } from '../training/scored.js';

/** A step of a run of one epoch, as the host sees it; options that follow a schedule stay at their base. */
export function hostStepAt(
  step: number,
  {
    totalSteps = 100,
    random = new RandomSource(1),
  }: { readonly totalSteps?: number; readonly random?: RandomSource } = {},
): HostStep {
  return { step, epoch: 0, totalSteps, stepsPerEpoch: totalSteps, history: [], random, value: baseOf };
}

function baseOf(option: Varying): number {
  return typeof option === 'number' ? option : option.base;
}

/** What a plugin may ask for while it is traced, at a given step of a run of 100, with the host's numbers as constants. */
export function contextAt(step: number, dtype: 'float32' | 'float64' = 'float32'): BuildContext {
  const at = (name: string): HostStep => hostStepAt(step, { random: new RandomSource(1).child(`${name}/${step}`) });
  return {
    training: true,
    random: (place = '') => {
      const { key } = new RandomSource(1).child(place).state;
      return constant(hostTensor(Int32Array.of(...key, step)));
    },
    input: (name, { shape, dtype: type }, compute) => constant(hostTensor(compute(at(name)), shape, type)),
    scalar: (name, compute) => literal(compute(at(name)), dtype),
    value: (option) => literal(baseOf(option), dtype),
  };
}

/** What a loss comes to for outputs and targets: Σ w·l / Σ w, a scalar. Builds graph. */
export function meanLoss(
  loss: Loss,
  { output, target, weights }: { readonly output: Tensor; readonly target?: Tensor; readonly weights?: Tensor },
): Tensor {
  const batch = { inputs: [output], targets: target ? [target] : [], weights } as const;
  const terms = loss.terms(scoredOf(batch, [output], {}, {}), contextAt(0));
  return reduceTerms(terms, weights, output.shape[0] ?? 1).mean;
}
