import test from 'ava';
import {
  createApp,
  defineLoss,
  definePlugin,
  severalOf,
  take,
  type App,
  type TargetForm,
  type Tensor,
} from '@adjoint/core';
import { object } from '@adjoint/core/options';
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

/** A loss with targets of a form. */
const lossOf = (targets: TargetForm) =>
  defineLoss({ options: object({}), create: () => ({ targets, terms: ({ output }) => output }) });
const losses = definePlugin({
  name: '@test/losses',
  version: '1.0.0',
  loss: { 'test/classes': lossOf('classes'), 'test/numbers': lossOf('numbers') },
});

test('a regression has no vote', async (t) => {
  const app = createApp({ plugins: [ensembles, losses], backend: 'reference' });
  const voting = app.registry.create('ensemble', 'softVoting');
  for (const loss of ['test/numbers', [{ loss: { 'test/numbers': {} } }]]) {
    await t.throwsAsync(voting.fit({ base: { trainer: { loss } } } as never), { code: 'OPTIONS_INVALID' });
  }
  t.throws(() => combine(app, [app.tensor([[1], [2]])]), { message: /one logit for each of two classes/ });
  t.throws(() => combine(app, [app.tensor([[1, 2]]).softmax()]), { message: /takes logits, but a member gives/ });
  await app.close();
});

test('a vote of one member is its own', async (t) => {
  const app = createApp({ plugins: [ensembles, losses], backend: 'reference' });
  const trained: number[] = [];
  const { members } = await app.registry.create('ensemble', { softVoting: { members: 1 } }).fit({
    base: { trainer: { loss: 'test/classes' } },
    trainAll: (changes: readonly object[]) => (trained.push(changes.length), Promise.resolve(changes)),
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
