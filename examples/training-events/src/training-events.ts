// Subscribes to training events: lines every so many steps, an awaited handler, a stop on a condition, a file of JSON lines.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, every, type FitResult } from 'adjoint';
import { split } from '@adjoint/data';
import { digits } from '@adjoint/data/node';
import { fileLoggers } from '@adjoint/loggers/node';

export async function main(): Promise<{ result: FitResult; log: string[]; lines: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-events-'));
  const path = join(directory, 'run.jsonl');
  const app = createApp({ plugins: [fileLoggers] });
  const [train, validation] = split(await digits(), [0.8, 0.2], { seed: 1 });
  const model = app.sequential({ input: train.inputs[0]!.shape, seed: 1 }, ['flatten', { dense: { units: 10 } }]);
  const trainer = app.trainer(model, {
    loss: 'crossEntropy',
    optimizer: 'adam',
    metrics: ['accuracy'],
    loggers: [{ jsonl: { path } }],
  });

  const log: string[] = [];
  const say = (line: string): void => {
    log.push(line);
    console.log(line);
  };
  trainer.on('fit:start', ({ parameters, batchSize }) =>
    say(`start: ${parameters} parameters, batches of ${batchSize}`),
  );
  trainer.on('plan:compiled', ({ name, kernels, milliseconds }) =>
    say(`compiled ${name}: ${kernels} kernels in ${milliseconds.toFixed(0)} ms`),
  );
  trainer.on(
    'step:end',
    every(20, ({ step, loss, learningRate }) => say(`step ${step}: loss ${loss.toFixed(3)}, rate ${learningRate}`)),
  );
  // A boundary event waits for the promise of its handler: the next epoch begins when this is done.
  trainer.on('epoch:end', async ({ epoch, validation: figures }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    say(`epoch ${epoch}: validation accuracy ${figures!['accuracy']!.toFixed(3)}`);
    if (figures!['accuracy']! > 0.9) trainer.stop('good enough');
  });
  const forget = trainer.on('step:start', () => say('the first step begins'));
  trainer.once('step:end', forget);
  trainer.on('fit:end', ({ reason, detail }) => say(`end: ${reason} (${detail})`));

  const result = await trainer.fit(train, { epochs: 50, batchSize: 32, validation });
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  await app.close();
  await rm(directory, { recursive: true });
  return { result, log, lines };
}
