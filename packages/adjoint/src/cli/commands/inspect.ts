import { inspectionText, type stages } from '@adjoint/core';
import { firstBatch } from '../first-batch.js';
import { inFile } from '../in-file.js';
import { loadRunConfig } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { openData, openTrainer } from '../open-run.js';

export interface InspectFlags extends AppFlags {
  readonly stage?: (typeof stages)[number];
  readonly model?: boolean;
}

/** What the compiler makes of the training step of a configuration, or of its model in use. */
export async function inspect(path: string, flags: InspectFlags): Promise<void> {
  const config = await loadRunConfig(path);
  const app = await openApp(flags, config);
  try {
    await using trainer = await inFile(path, () =>
      openTrainer(app, { ...config, trainer: { ...config.trainer, loggers: [] } }),
    );
    const { train } = await openData(app, config.data, config.seed ?? 0);
    const { batchSize } = config.fit;
    const batch = await firstBatch(train, typeof batchSize === 'number' ? batchSize : train.size);
    const inspection = await (flags.model ? trainer.model.inspect(batch.inputs) : trainer.inspect(batch));
    console.log(inspectionText(inspection, flags.stage));
  } finally {
    await app.close();
  }
}
