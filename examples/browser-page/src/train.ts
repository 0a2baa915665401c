// What runs in Node and in the browser alike. `portable` leaves out the one instruction whose rounding engines may choose.
import { createApp, type Dataset, type Model } from 'adjoint';
import { subset } from '@adjoint/data';

const steps = 20;
const batchSize = 64;

export interface Training {
  /** Of each step. */
  readonly losses: readonly number[];
  /** SHA-256 of all weights, in hexadecimal. */
  readonly checksum: string;
}

/** Trains on images `[1, 28, 28]` of ten classes; `onLoss` is told of each step as it is done. */
export async function train(images: Dataset, onLoss: (loss: number) => void = () => {}): Promise<Training> {
  const app = createApp({ backend: { wasm: { portable: true } } });
  const model = app.sequential({ input: [1, 28, 28], seed: 1 }, [
    { conv2d: { filters: 32, kernel: 3 } },
    'relu',
    { conv2d: { filters: 64, kernel: 3 } },
    'relu',
    { maxPool2d: { size: 2 } },
    'flatten',
    { dense: { units: 128 } },
    'relu',
    { dense: { units: 10 } },
  ]);
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'adam', seed: 1 });
  const losses: number[] = [];
  trainer.on('step:end', ({ loss }) => {
    losses.push(loss);
    onLoss(loss);
  });
  const first = subset(
    images,
    Int32Array.from({ length: steps * batchSize }, (_, i) => i),
  );
  await trainer.fit(first, { epochs: 1, batchSize });
  const checksum = await checksumOf(model);
  await app.close();
  return { losses, checksum };
}

async function checksumOf(model: Model): Promise<string> {
  const weights = [...(await model.weights()).values()].map(({ data }) => data);
  const bytes = await new Blob(weights as BlobPart[]).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
