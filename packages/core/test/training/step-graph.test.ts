import test from 'ava';
import { simplifyGraph, topologicalOrder } from '../../src/backend/index.js';
import { computeNodes } from '../../src/graph/compute-nodes.js';
import type { HostTensor, StepGraph, Tensor, TrainerState } from '../../src/index.js';
import { points } from '../tiny.js';
import { makeTrainer } from './tiny-run.js';

const batch = await points.batch(Int32Array.of(0, 1, 2, 3));

/** Runs the graph of a step by the reference kernels: its outputs, and the next values of what it updates. */
function run(step: StepGraph, { tensors }: TrainerState): { loss: number; next: Map<string, HostTensor> } {
  const { outputs, updates, leaves } = simplifyGraph(step.graph);
  const values = new Map<Tensor, HostTensor>();
  const nameOf = (leaf: Tensor): string => {
    const binding = step.bindings[leaves.indexOf(leaf)]!;
    return binding.kind === 'variable' ? step.variables.get(binding.variable)! : '';
  };
  leaves.forEach((leaf, i) => {
    const binding = step.bindings[i]!;
    if (binding.kind === 'argument') values.set(leaf, [...batch.inputs, ...batch.targets][binding.index]!);
    else if (binding.kind === 'variable') values.set(leaf, tensors.get(nameOf(leaf))!);
    else
      values.set(leaf, { ...leaf.type, data: binding.kind === 'constant' ? binding.value : step.hostValue(binding) });
  });
  computeNodes(topologicalOrder([...outputs, ...updates.map(({ value }) => value)]), values);
  return {
    loss: values.get(outputs[0]!)!.data[0]!,
    next: new Map(updates.map(({ leaf, value }) => [nameOf(leaf), values.get(value)!])),
  };
}

test('the graph of a step is all that a step does', async (t) => {
  const trainer = makeTrainer();
  const step = await trainer.graph(batch);
  t.deepEqual(step.outputs.slice(0, 1), ['loss']);
  t.deepEqual(step.inputs, ['inputs', 'targets']);
  const before = await trainer.state();
  const { loss, next } = run(step, before);
  t.deepEqual(await trainer.state(), before);

  let reported = NaN;
  trainer.on('step:end', (event) => {
    reported = event.loss;
    trainer.stop();
  });
  await trainer.fit(points, { epochs: 1, batchSize: 4, shuffle: false });
  t.true(Math.abs(loss - reported) < 1e-6);
  const after = (await trainer.state()).tensors;
  // What else changes is on the host: the totals of the epoch.
  const kept = new Set(step.variables.values());
  const changed = [...after].filter(
    ([name, { data }]) => kept.has(name) && before.tensors.get(name)?.data.join() !== data.join(),
  );
  t.true(changed.length > 3);
  for (const [name, { data }] of changed)
    next.get(name)!.data.forEach((value, i) => t.true(Math.abs(value - data[i]!) < 1e-5, name));
});

test('what the host computes is told for any step', async (t) => {
  const trainer = makeTrainer({ regularizers: [] });
  const step = await trainer.graph(batch);
  const computed = step.bindings.flatMap((binding) => (binding.kind === 'computed' ? [binding] : []));
  const keys = computed.filter(({ known }) => known?.kind === 'key');
  t.true(keys.length > 0);
  for (const key of keys) t.deepEqual([...step.hostValue(key, { step: 7 })].slice(2), [7]);
  t.is(trainer.step, 0);
});
