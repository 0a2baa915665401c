import test from 'ava';
import { Engine, gradients, type Tensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

const depth = 20_000;

const chains: Record<string, { step: (y: Tensor, x: Tensor) => Tensor; value: number; slope: number }> = {
  // y = x + depth·x
  'a sum that takes the input at every step': { step: (y, x) => y.add(x), value: (depth + 1) * 2, slope: depth + 1 },
  'operations that simplify away': { step: (y) => y.neg().add(0), value: 2, slope: 1 },
  reshapes: { step: (y) => y.reshape(y.rank === 0 ? [1, 1] : []), value: 2, slope: 1 },
  'values that are needed again by the gradient': { step: (y) => y.sqrt(), value: 1, slope: 0 },
};

for (const [what, { step, value, slope }] of Object.entries(chains)) {
  test(`${depth} nodes deep: ${what}`, async (t) => {
    const engine = new Engine(new ReferenceBackend());
    const x = engine.tensor(2, [], 'float64');
    let y: Tensor = x;
    for (let i = 0; i < depth; i++) y = step(y, x);
    const [gradient] = gradients(y.sum(), [x]) as [Tensor];
    const [got, derivative] = await engine.evaluate([y, gradient]);
    t.is(got!.data[0], value);
    t.is(derivative!.data[0], slope);
    engine.close();
  });
}

test('4000 residual blocks deep, each with a weight', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const weights = Array.from({ length: 4000 }, () => engine.tensor(new Float32Array(64).fill(-1), [8, 8]));
  let y = engine.tensor(new Float32Array(8).fill(3), [1, 8]);
  for (const weight of weights) y = y.add(y.matmul(weight).relu());
  const results = await engine.evaluate([y, ...gradients(y.square().mean(), weights)]);
  // What relu lets pass is nothing.
  t.deepEqual([...results[0]!.data], new Array(8).fill(3));
  t.true(results.slice(1).every(({ data }) => data.every((slope) => slope === 0)));
  engine.close();
});
