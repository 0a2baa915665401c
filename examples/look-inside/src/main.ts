// Prints the loops of a dense layer, a convolution and a training step. All other stages: see docs/debugging.md.
import { createApp } from 'adjoint';
import convolution from './convolution.js';
import dense from './dense.js';
import trainingStep from './training-step.js';

const app = createApp();
for (const look of [dense, convolution, trainingStep]) {
  const { loops } = await look(app);
  console.log(`${look.name}\n\n${loops}\n`);
}
await app.close();
