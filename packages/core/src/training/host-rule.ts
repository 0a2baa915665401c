import type { Batch } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { allocateArray } from '../tensor/dtype.js';
import { valueText } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { HostRuleContext } from './optimizer.js';
import { pluginInvalid } from './plugin-results.js';
import { valueAt } from './step-inputs.js';
import type { Parts } from './totals.js';
import type { Trainer } from './trainer.js';

type LossAndGradients = Awaited<ReturnType<HostRuleContext['lossAndGradients']>>;

/** An update by an optimizer that the host drives; returns what is kept of each batch. */
export async function hostStep(trainer: Trainer, batches: readonly Batch[]): Promise<Parts[]> {
  const { program, host, standing } = trainer;
  const { trained, host: driven } = program.recipe.optimizer;
  if (!driven) throw new AdjointError('INTERNAL', 'There is no optimizer that the host drives.');
  const set = (values: readonly HostTensor[]): void =>
    trained.forEach(({ variable }, i) => variable.restore(values[i]!));
  let parts: Parts[] | undefined;
  const lossAndGradients = async (values: readonly HostTensor[]): Promise<LossAndGradients> => {
    set(values);
    const results = [];
    for (const batch of batches) results.push(await program.gradientsOf(batch, parts === undefined));
    parts ??= results.map((result) => result.parts);
    return added(results.map(({ losses }) => losses));
  };
  const at = host.standing();
  const values = await Promise.all(trained.map(({ variable }) => variable.read()));
  const next = await driven.rule.step({
    ...at,
    random: host.random.child(`optimizer/${at.step}`),
    value: (option) => valueAt(host, option, at),
    learningRate: valueAt(host, driven.rate, at),
    values,
    state: standing.host,
    lossAndGradients,
  });
  if (!parts) await lossAndGradients(values);
  if (!Array.isArray(next) || next.length !== trained.length)
    throw pluginInvalid(
      `The optimizer's step gives ${valueText(next)}; expected the next values of all ${trained.length} parameters.`,
    );
  set(next);
  await program.settle();
  return parts ?? [];
}

/** Σ W·x / Σ W over the batches, for each kind of weight, in float64. */
function added(batches: readonly Awaited<ReturnType<Trainer['program']['gradientsOf']>>['losses'][]): LossAndGradients {
  const kinds = batches[0]?.length ?? 0;
  let loss = 0;
  const sums: { data: Float64Array; like: HostTensor }[] = [];
  for (let kind = 0; kind < kinds; kind++) {
    const own = batches.map((losses) => losses[kind]!);
    const weights = own.map(({ weight }) => (typeof weight === 'number' ? weight : weight.data[0]!));
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    own.forEach((part, i) => {
      const share = weights[i]! / total;
      loss += share * part.loss.data[0]!;
      part.gradients.forEach((gradient, p) => {
        const sum = (sums[p] ??= { data: new Float64Array(gradient.data.length), like: gradient });
        for (let j = 0; j < gradient.data.length; j++) sum.data[j]! += share * gradient.data[j]!;
      });
    });
  }
  const gradients = sums.map(({ data, like: { shape, dtype } }) => {
    const converted = allocateArray(dtype, data.length);
    converted.set(data);
    return { data: converted, shape, dtype };
  });
  return { loss, gradients };
}
