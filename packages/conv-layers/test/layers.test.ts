import test from 'ava';
import { evaluationContext, type App, type Several, type Tensor } from '@adjoint/core';
import { applyLayer, choiceOf, testCases } from '@adjoint/reference-values';
import { convLayers } from '../src/index.js';

interface LayerCase {
  readonly layer: string;
  readonly options: { readonly indices?: boolean };
}

/** Both outputs of a pooling layer that tells where its maxima are. */
function withIndices(app: App, x: Tensor, { layer, options }: LayerCase): Several<Tensor> {
  const model = app.model(
    ({ input, layer: add }) => {
      const pool = add(choiceOf<'layer'>(layer, options), input(x.shape.slice(1)));
      return [pool, pool.output(1)];
    },
    { dtype: 'float64' },
  );
  return model.apply([x], evaluationContext('float64'));
}

testCases<LayerCase>(test, {
  file: new URL('../../test/layers.json', import.meta.url),
  plugins: [convLayers],
  compute(app, { x, indices, ...values }, stated): Record<string, Tensor> {
    if (stated.options.indices) {
      const [y, places] = withIndices(app, x!, stated);
      return { y, indices: places! };
    }
    const inputs: Several<Tensor> = indices ? [x!, indices] : [x!];
    const { output } = applyLayer(app, choiceOf(stated.layer, stated.options), inputs, { values });
    return { y: output };
  },
});
