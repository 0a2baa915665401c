import type { App, Inspection } from 'adjoint';

/** A step of gradient descent on a dense layer: forward, loss, gradients and update are one program. */
export default function trainingStep(app: App): Promise<Inspection> {
  const model = app.sequential({ input: [3] }, [{ dense: { units: 4 } }, 'relu']);
  const trainer = app.trainer(model, { loss: 'meanSquaredError', optimizer: 'sgd' });
  return trainer.inspect({
    inputs: [{ shape: [8, 3], dtype: 'float32' }],
    targets: [{ shape: [8, 4], dtype: 'float32' }],
  });
}
