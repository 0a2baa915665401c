import test from 'ava';
import { createApp } from '@adjoint/core';
import { applyLayer, near } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });
const x = app.tensor(Float64Array.of(1, 2, 3, 4), [1, 1, 2, 2]);

test('pad puts a margin around all places, crop takes it off again', async (t) => {
  const { output } = applyLayer(app, { pad: { padding: 1, value: 7 } }, [x]);
  near(t, await output.read(), [
    [
      [
        [7, 7, 7, 7],
        [7, 1, 2, 7],
        [7, 3, 4, 7],
        [7, 7, 7, 7],
      ],
    ],
  ]);
  near(t, await applyLayer(app, { crop: { cropping: 1 } }, [output]).output.read(), await x.read());
  const mirrored = applyLayer(app, { pad: { padding: [[1, 0]], mode: 'reflect' } }, [x]);
  near(t, await mirrored.output.read(), [
    [
      [
        [2, 1, 2],
        [4, 3, 4],
      ],
    ],
  ]);
});

test('crop refuses to leave nothing, and pad more pairs than axes', (t) => {
  t.throws(() => app.sequential({ input: [1, 2] }, [{ crop: { cropping: 1 } }]), {
    code: 'SHAPE_MISMATCH',
    message: /nothing is left of axis 2/,
  });
  t.throws(
    () =>
      app.sequential({ input: [2] }, [
        {
          pad: {
            padding: [
              [1, 1],
              [1, 1],
            ],
          },
        },
      ]),
    { code: 'SHAPE_MISMATCH' },
  );
});

test('permute reorders the axes of an example', async (t) => {
  const y = app.tensor(Float64Array.of(1, 2, 3, 4, 5, 6), [1, 2, 3]);
  near(t, await applyLayer(app, { permute: { axes: [2, 1] } }, [y]).output.read(), [
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ]);
  t.throws(() => app.sequential({ input: [2, 3] }, [{ permute: { axes: [1, 1] } }]), {
    code: 'SHAPE_MISMATCH',
    message: /name each of 1 to 2 once/,
  });
});

test('branches meet side by side, as a sum, as a product, or not at all', async (t) => {
  const y = app.tensor(Float64Array.of(-1, 2), [1, 2]);
  const branches = [['relu'], []] as const;
  const joined = async (join: 'concatenate' | 'add' | 'multiply' | 'none') =>
    Promise.all(applyLayer(app, { branches: { branches, join } }, [y]).outputs.map((output) => output.read()));
  near(t, (await joined('concatenate'))[0]!, [[0, 2, -1, 2]]);
  near(t, (await joined('add'))[0]!, [[-1, 4]]);
  near(t, (await joined('multiply'))[0]!, [[0, 4]]);
  const [relu, same] = await joined('none');
  near(t, relu!, [[0, 2]]);
  near(t, same!, [[-1, 2]]);
});
