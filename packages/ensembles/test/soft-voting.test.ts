import test from 'ava';
import { createApp, severalOf, take, type App, type Tensor } from '@adjoint/core';
import { applyLayer, near, testCases } from '@adjoint/reference-values';
import { ensembles } from '../src/index.js';

/** The layer that a vote is of. */
function combine(app: App, logits: readonly Tensor[]): Tensor {
  return applyLayer(app, 'softVote', severalOf(logits)).output;
}

testCases<object>(test, {
  file: new URL('../../test/soft-voting.json', import.meta.url),
  plugins: [ensembles],
  compute(app, { probabilities }) {
    const members = Array.from({ length: probabilities!.shape[0]! }, (_, i) =>
      take(probabilities!, app.tensor(i, [], 'int32')),
    );
    // Logits are probabilities up to a constant, which may be another one for each member.
    const vote = combine(
      app,
      members.map((member, i) => member.log().add(10 * i)),
    );
    return { probabilities: vote.exp(), label: vote.argMax(-1) };
  },
});

test('a vote of one member is its own', async (t) => {
  const app = createApp({ plugins: [ensembles], backend: 'reference' });
  const trained: number[] = [];
  const { members } = await app.registry.create('ensemble', { softVoting: { members: 1 } }).fit({
    train: (_: unknown, { count = 0 }: { count?: number } = {}) => (trained.push(count), Promise.resolve({})),
  } as never);
  t.deepEqual([trained, members.length], [[1], 1]);
  const logits = app.tensor([[1, -2, 0.5]], undefined, 'float64');
  near(t, await combine(app, [logits]).read(), await logits.logSoftmax(-1).read());
  await app.close();
});

test('the more certain members decide: the mean is of probabilities, not of logits or labels', async (t) => {
  const app = createApp({ plugins: [ensembles], backend: 'reference' });
  // Two lukewarm votes for class 0 lose against one certain vote for class 1: (0.6 + 0.6 + 0.01)/3 < 0.5.
  const members = [
    [0.6, 0.4],
    [0.6, 0.4],
    [0.01, 0.99],
  ].map((row) => app.tensor([row], undefined, 'float64').log());
  const vote = combine(app, members);
  near(t, await vote.exp().read(), [[1.21 / 3, 1.79 / 3]]);
  near(t, await vote.argMax(-1).read(), [1]);
  await app.close();
});
