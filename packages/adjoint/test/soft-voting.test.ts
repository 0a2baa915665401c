import test from 'ava';
import { createApp, hostTensor, type Dataset } from '../src/index.js';

test('soft voting averages probabilities, and its loss is that of the average', async (t) => {
  const app = createApp();
  const model = app.sequential({ input: [2] }, [{ dense: { units: 3 } }]);
  const ensemble = app.ensemble(model, {
    strategy: { softVoting: { members: 4 } },
    trainer: { loss: 'crossEntropy', optimizer: { sgd: { learningRate: 0 } }, metrics: ['accuracy'] },
  });
  const inputs = hostTensor([
    [30, -20],
    [0.5, 2],
    [-1, 0.1],
  ]);
  const labels = Int32Array.of(2, 0, 1);

  const data: Dataset = {
    size: 3,
    inputs: [{ shape: [2], dtype: 'float32' }],
    targets: [{ shape: [], dtype: 'int32' }],
    batch: () => ({ inputs: [inputs], targets: [hostTensor(labels)] }),
  };
  await ensemble.fit(data, { epochs: 1, batchSize: 'full' });

  const logits = await Promise.all(ensemble.members.map(async (member) => (await member.predict([inputs])).data));
  const mean = [0, 1, 2].map((row) => {
    const members = logits.map((data) => {
      const powers = [0, 1, 2].map((column) => Math.exp(data[3 * row + column]!));
      return powers.map((power) => power / powers.reduce((sum, other) => sum + other));
    });
    return [0, 1, 2].map((column) => members.reduce((sum, p) => sum + p[column]! / 4, 0));
  });
  const output = await ensemble.predict([inputs]);
  const near = (got: number, want: number): void => void t.true(Math.abs(got - want) < 1e-5, `${got} is not ${want}`);
  mean.flat().forEach((p, i) => near(Math.exp(output.data[i]!), p));

  const { loss, accuracy } = await ensemble.evaluate(data);
  near(
    loss!,
    mean.reduce((sum, p, row) => sum - Math.log(p[labels[row]!]!) / 3, 0),
  );
  near(accuracy!, mean.filter((p, row) => p.indexOf(Math.max(...p)) === labels[row]).length / 3);
  await app.close();
});
