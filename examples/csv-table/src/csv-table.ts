// Trains a small network on a CSV table with numbers and categories. The table is generated: houses whose price follows
// a formula of size, age and district, with noise, so that the best possible error is known.
import { createApp, RandomSource } from 'adjoint';
import { parseCsv, split, standardize, transform } from '@adjoint/data';

const districts = ['centre', 'harbour', 'hills'] as const;
/** Standard deviation of the noise on prices, in thousands. */
export const noise = 5;

function housesCsv(rows: number): string {
  const random = new RandomSource(7);
  const lines = Array.from({ length: rows }, () => {
    const size = Math.round(40 + 160 * random.uniform());
    const age = random.integer(100);
    const district = random.integer(3);
    const price = 2 * size - 0.5 * age + [60, 30, 0][district]! + noise * random.normal();
    return [size, age, districts[district], price.toFixed(2)].join(',');
  });
  return ['size,age,district,price', ...lines].join('\n');
}

export async function main(): Promise<{ rootMeanSquaredError: number; ofTheMean: number }> {
  const app = createApp();
  const { dataset, columns, categories } = parseCsv(housesCsv(1200), {
    target: 'price',
    task: 'regression',
    categorical: ['district'],
    source: 'houses.csv',
  });
  console.log(`columns ${columns.join(', ')}; districts ${categories['district']!.join(', ')}`);
  const [train, test] = split(dataset, [0.8, 0.2], { seed: 1 });
  // Fitted on the training part alone, applied to both.
  const scaling = await standardize(train);
  const scaled = { train: transform(train, { inputs: scaling }), test: transform(test, { inputs: scaling }) };

  const model = app.sequential({ input: [columns.length], seed: 1 }, [
    { dense: { units: 32 } },
    'relu',
    { dense: { units: 32 } },
    'relu',
    { dense: { units: 1 } },
  ]);
  const trainer = app.trainer(model, {
    loss: 'meanSquaredError',
    optimizer: { adam: { learningRate: 0.01 } },
    schedule: 'cosine',
  });
  await trainer.fit(scaled.train, { epochs: 150, batchSize: 32 });

  const rootMeanSquaredError = Math.sqrt((await trainer.evaluate(scaled.test))['loss']!);
  const { targets } = await test.batch(Int32Array.from({ length: test.size }, (_, i) => i));
  const prices = Array.from(targets[0]!.data);
  const mean = prices.reduce((sum, price) => sum + price, 0) / prices.length;
  const ofTheMean = Math.sqrt(prices.reduce((sum, price) => sum + (price - mean) ** 2, 0) / prices.length);
  console.log(
    `error ${rootMeanSquaredError.toFixed(2)} thousand; guessing the mean ${ofTheMean.toFixed(2)}; the noise alone ${noise}`,
  );
  await app.close();
  return { rootMeanSquaredError, ofTheMean };
}
