import { join, parse } from 'node:path';
import { handleSignals, saveModel } from '@adjoint/io/node';
import { figuresText } from '@adjoint/loggers';
import { inFile } from '../in-file.js';
import { loadRunConfig } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { openData, openTrainer } from '../open-run.js';

export interface TrainFlags extends AppFlags {
  readonly epochs?: number;
  readonly output?: string;
  readonly runs?: string;
  readonly resume?: boolean;
}

/** Trains as a configuration says, saves checkpoints on the way and the model at the end. */
export async function train(path: string, flags: TrainFlags): Promise<void> {
  const config = await loadRunConfig(path);
  const { seed = 0, trainer: options } = config;
  const output = flags.output ?? config.output ?? 'output';
  const app = await openApp(flags, config);
  try {
    const data = await openData(app, config.data, seed);
    const loggers = [
      ...(options.loggers ?? (['console', 'progress'] as const)),
      ...(flags.runs === undefined ? [] : [{ run: { directory: flags.runs, name: runNameOf(path) } }]),
    ];
    await using trainer = await inFile(path, () => openTrainer(app, { ...config, trainer: { ...options, loggers } }));
    console.log(trainer.model.summary());
    let epochs = 0;
    trainer.on('epoch:end', () => void epochs++);
    const interruption = handleSignals();
    const { reason, detail } = await trainer.fit(data.train, {
      ...config.fit,
      ...(flags.epochs !== undefined && { epochs: flags.epochs }),
      ...(data.validation && { validation: data.validation }),
      signal: interruption.signal,
      checkpoint: {
        path: join(output, 'run.safetensors'),
        ...config.fit.checkpoint,
        ...(flags.resume && { resume: true }),
      },
    });
    interruption.release();
    await saveModel(trainer, join(output, 'model.safetensors'));
    if (data.test) console.log(`test  ${figuresText(await trainer.evaluate(data.test))}`);
    const saved = `the model is ${join(output, 'model.safetensors')}`;
    if (flags.resume && epochs === 0 && reason === 'completed')
      console.log(`all ${trainer.progress.epochs} epochs were done already; --epochs with a larger number goes on`);
    if (reason === 'completed') console.log(saved);
    else
      console.log(
        `${reason}${detail === undefined ? '' : ` (${String(detail)})`}: ${saved}; --resume takes the run up again`,
      );
  } finally {
    await app.close();
  }
}

/** What a run is called, by its configuration's file: letters, digits, `_`, `.` and `-`. */
function runNameOf(path: string): string {
  const name = parse(path)
    .name.replace(/^\W+/, '')
    .replaceAll(/[^\w.-]/g, '-');
  return name.slice(0, 100) || 'run';
}
