import { constant } from '../graph/primitives/constant.js';
import { literal } from '../graph/primitives/literal.js';
import { Tensor } from '../graph/tensor.js';
import type { BuildContext, HostStep, Varying } from '../model/build-context.js';
import { RandomSource } from '../random/random-source.js';
import { hostTensor } from '../tensor/host-tensor.js';
import { severalOf, type Several } from '../tensor/several.js';
import { reduceTerms, termsOf, type Loss, type Reduced } from '../training/loss.js';

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

/** What a loss looks at: one output and one target, or several. */
export interface LossBatch {
  readonly output: Tensor | Several<Tensor>;
  readonly target?: Tensor | readonly Tensor[];
  readonly weights?: Tensor;
}

/** What a loss comes to for outputs and targets: its terms, their weights, sum and mean. Builds graph. */
export function reducedLoss(loss: Loss, { output, target = [], weights }: LossBatch): Reduced {
  const outputs = output instanceof Tensor ? severalOf([output]) : output;
  const batch = { inputs: outputs, targets: target instanceof Tensor ? [target] : target, weights };
  return reduceTerms(termsOf('under test', loss, batch, outputs, {}, contextAt(0)), weights, outputs[0].shape[0] ?? 1);
}

/** Σ w·l / Σ w, a scalar. */
export function meanLoss(loss: Loss, batch: LossBatch): Tensor {
  return reducedLoss(loss, batch).mean;
}
