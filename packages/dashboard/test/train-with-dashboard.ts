// Trains twice with the dashboard, which only a program's main thread serves, and prints what there is to see of it.
import { subset } from '@adjoint/data';
import { digits } from '@adjoint/data/node';
import { createApp } from 'adjoint';
import { dashboard } from '../src/index.js';

const [directory = 'runs'] = process.argv.slice(2);
const printed: string[] = [];
const { log } = console;
console.log = (text: string) => printed.push(text);

const app = createApp({ plugins: [dashboard] });
const examples = subset(
  await digits(),
  Int32Array.from({ length: 120 }, (_, i) => i),
);
const seen: unknown[] = [];
const addressOf = (): string => printed[0]!.replace('dashboard: ', '');
for (const seed of [0, 1]) {
  const model = app.sequential({ input: [1, 8, 8], seed }, ['flatten', { dense: { units: 10 } }]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'adam',
    metrics: ['confusionMatrix'],
    gradientTransforms: ['gradientNorm'],
    loggers: [{ dashboard: { directory, name: 'digits' } }],
  });
  await trainer.fit(examples, { epochs: 2, batchSize: 40, validation: examples });
  await trainer.profile(await examples.batch(Int32Array.of(0, 1, 2)));
  const answer = await fetch(`${addressOf()}runs/digits/metadata`);
  seen.push(((await answer.json()) as { group: string }).group);
}
await app.close();
const afterwards = await fetch(addressOf()).then(
  () => 'served',
  () => 'gone',
);
log(JSON.stringify({ printed, seen, afterwards }));
