import type { App, Inspection } from 'adjoint';

/** A convolution with bias and relu, over 32 images of 28 × 28 with three channels. */
export default function convolution(app: App): Promise<Inspection> {
  const model = app.sequential({ input: [3, 28, 28] }, [
    { conv2d: { filters: 8, kernel: 3, padding: 'same' } },
    'relu',
  ]);
  return model.inspect([{ shape: [32, 3, 28, 28], dtype: 'float32' }]);
}
