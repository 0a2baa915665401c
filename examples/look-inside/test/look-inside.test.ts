import test from 'ava';
import { createApp, stages, type App, type Inspection } from 'adjoint';
import convolution from '../src/convolution.js';
import dense from '../src/dense.js';
import trainingStep from '../src/training-step.js';

async function look(at: (app: App) => Promise<Inspection>): Promise<Inspection> {
  const app = createApp();
  try {
    return await at(app);
  } finally {
    await app.close();
  }
}

test('a dense layer and a convolution are one kernel each, with bias and relu in it', async (t) => {
  for (const at of [dense, convolution]) {
    const { compiled, loops } = await look(at);
    t.is(compiled.program.kernels.length, 1);
    t.regex(loops, /relu\[.*\] = max\(result \+ \w+\/bias\[j\], 0\)$/);
  }
});

test('the training step updates weights and bias in their own memory', async (t) => {
  const { loops, ...others } = await look(trainingStep);
  t.regex(loops, /^ +dense\/weight\[3·j \+ i\] = dense\/weight\[3·j \+ i\] /m);
  t.regex(loops, /^ +dense\/bias\[i\] = dense\/bias\[i\] /m);
  for (const stage of stages) if (stage !== 'loops') t.true(others[stage].length > 0, stage);
});
