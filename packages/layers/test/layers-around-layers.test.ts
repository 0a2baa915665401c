import test from 'ava';
import { createApp, type Tensor } from '@adjoint/core';
import { applyLayer } from '@adjoint/reference-values';
import { layers } from '../src/index.js';

const app = createApp({ plugins: [layers], backend: 'reference' });

async function numbers(tensor: Tensor): Promise<number[]> {
  return [...(await tensor.read()).data];
}

const square = { dense: { units: 2, bias: false } } as const;

test('residual adds the input to what its layers make of it', async (t) => {
  const x = app.tensor([[1, 2]]);
  const values = {
    'dense/weight': app.tensor([
      [0, 1],
      [3, 0],
    ]),
    'dense_2/weight': app.tensor([
      [1, 0],
      [0, 10],
    ]),
  };
  // W₁x = (2, 3) and W₂W₁x = (2, 30)
  const { output } = applyLayer(app, { residual: { layers: [square, square] } }, [x], { values });
  t.deepEqual(await numbers(output), [3, 32]);
  t.deepEqual(await numbers(applyLayer(app, { residual: { layers: [] } }, [x]).output), [2, 4]);
});

test('residual refuses layers that change the shape, even to one that could be broadcast', (t) => {
  t.throws(() => app.sequential({ input: [2] }, [{ residual: { layers: [{ dense: { units: 1 } }] } }]), {
    code: 'SHAPE_MISMATCH',
    message: /layer 'residual' .* turn \[2\] into \[1\]/,
  });
});

test('repeat stacks a layer, with parameters of its own for each time', async (t) => {
  const values = {
    'dense/weight': app.tensor([
      [0, 1],
      [3, 0],
    ]),
    'dense_2/weight': app.tensor([
      [1, 0],
      [0, 10],
    ]),
  };
  const { output } = applyLayer(app, { repeat: { layer: square, times: 2 } }, [app.tensor([[1, 2]])], { values });
  t.deepEqual(await numbers(output), [2, 30]);
  const model = app.sequential({ input: [2] }, [{ repeat: { layer: { ...square, name: 'block' }, times: 3 } }]);
  t.deepEqual(
    model.parameters.map(({ name }) => name),
    ['repeat/block/weight', 'repeat/block_2/weight', 'repeat/block_3/weight'],
  );
});

test('timeDistributed runs one layer on every step of a sequence', async (t) => {
  const values = { 'dense/weight': app.tensor([[1, 10]]) };
  const layer = { timeDistributed: { layer: { dense: { units: 1, bias: false } } } } as const;
  const sequences = app.tensor([
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [
      [7, 8],
      [9, 0],
      [1, 1],
    ],
  ]);
  const { output } = applyLayer(app, layer, [sequences], { values });
  t.deepEqual(output.shape, [2, 3, 1]);
  t.deepEqual(await numbers(output), [21, 43, 65, 87, 9, 11]);
  t.throws(() => app.sequential({ input: [] }, [layer]), { message: /takes examples \[time, …\]/ });
});

test('the rate of dropout may follow a schedule', async (t) => {
  const rate = { base: 0.5, schedule: 'linear' as never };
  const model = app.sequential({ input: [1000] }, [{ dropout: { rate } }]);
  const ones = app.tensor([new Array<number>(1000).fill(1)]);
  t.deepEqual(await numbers(applyLayer(app, { dropout: { rate } }, [ones]).output), new Array<number>(1000).fill(1));
  // What is kept is scaled by 1/(1 − 0.5), the base, since a draw of predict belongs to no step.
  const [drawn] = await model.predictAll(await ones.read(), { draw: 0 });
  t.deepEqual([...new Set(drawn.data)].toSorted(), [0, 2]);
});
