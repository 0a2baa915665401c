import type { App, Inspection } from 'adjoint';

/** A dense layer with its activation: relu(x·wᵀ + b) of two examples of three features. */
export default function dense(app: App): Promise<Inspection> {
  const model = app.sequential({ input: [3] }, [{ dense: { units: 4 } }, 'relu']);
  return model.inspect([{ shape: [2, 3], dtype: 'float32' }]);
}
