import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createApp } from 'adjoint';
import { loadImages } from './images.js';
import { composeNetwork, trainerFor } from './network.js';
import type { Options } from './options.js';
import type { RunContext } from './run.js';

/** Steps before the one that is looked at, so that activations are those of a network in training. */
const stepsBefore = 5;

/** Tells where the time of a training step goes, and writes a Chrome trace of it to `file`. */
export async function profileStep(file: string, options: Options, { data }: RunContext = {}): Promise<void> {
  const { batchSize, seed } = options;
  const { train } = data ?? (await loadImages(options));
  const app = createApp();
  try {
    const trainer = trainerFor(app, composeNetwork(app, seed), seed);
    trainer.on('step:end', ({ step }) => step + 1 === stepsBefore && trainer.stop());
    await trainer.fit(train, { epochs: 1, batchSize });
    const batch = await train.batch(Int32Array.from({ length: Math.min(batchSize, train.size) }, (_, i) => i));
    const profile = await trainer.profile(batch);
    console.log(profile.toTable({ top: 25 }));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(profile.toChromeTrace()));
    console.log(`Wrote a trace to ${file}; open it in https://ui.perfetto.dev or chrome://tracing`);
  } finally {
    await app.close();
  }
}
