import { loadTrainer } from '@adjoint/io/node';
import { figuresText } from '@adjoint/loggers';
import { showProgress } from '@adjoint/loggers/node';
import { openApp, type AppFlags } from '../open-app.js';
import { chosenDataset } from '../chosen-dataset.js';

export interface EvaluateFlags extends AppFlags {
  readonly data: string;
  readonly batchSize?: number;
  readonly json?: boolean;
}

/** Loss and metrics of a checkpoint's trainer on some data. */
export async function evaluate(checkpoint: string, flags: EvaluateFlags): Promise<void> {
  const app = await openApp(flags);
  try {
    await using trainer = await loadTrainer(app, checkpoint);
    const dataset = await chosenDataset(app, flags.data);
    const figures = await trainer.evaluate(dataset, {
      onProgress: showProgress(),
      ...(flags.batchSize !== undefined && { batchSize: flags.batchSize }),
    });
    console.log(flags.json ? JSON.stringify(figures) : figuresText(figures));
  } finally {
    await app.close();
  }
}
