import { mkdir } from 'node:fs/promises';
import { createApp } from 'adjoint';
import { split } from 'adjoint/data';
import { digits } from 'adjoint/data/node';
import { saveModel } from 'adjoint/io/node';
import { digitsNetwork } from './digits-network.js';

const app = createApp();
const [train, validation, test] = split(await digits(), [0.7, 0.1, 0.2], { seed: 1 });
const trainer = digitsNetwork(app);
console.log(trainer.model.summary());

trainer.on('epoch:end', ({ epoch, metrics, validation: held }) =>
  console.log(
    `epoch ${epoch + 1}: accuracy ${metrics['accuracy']?.toFixed(3)}, held out ${held?.['accuracy']?.toFixed(3)}`,
  ),
);
await trainer.fit(train, { epochs: 10, batchSize: 32, validation });

console.log('test', await trainer.evaluate(test));
await mkdir('output', { recursive: true });
await saveModel(trainer, 'output/model.safetensors');
await app.close();
