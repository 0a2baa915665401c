import { gradients } from '../../autograd/gradients.js';
import { ReferenceBackend } from '../../backend/reference/reference-backend.js';
import { Engine } from '../../engine/engine.js';
import * as graph from '../../graph/index.js';
import type { Tensor } from '../../graph/index.js';
import { RandomSource } from '../../random/random-source.js';
import { hostTensor, type HostTensor } from '../../tensor/host-tensor.js';
import { differenceOf } from '../difference.js';
import { randomTensor } from '../random-tensor.js';
import type { BackendBed, FloatType } from './bed.js';

/** Variables are updated in place, and training repeats to the bit. */
export function testVariables(bed: BackendBed): void {
  for (const dtype of bed.dtypes) {
    bed.test(`variables are updated in place, in ${dtype}`, async (t) => {
      const [got, want] = [
        await trained(new Engine(await bed.create()), dtype),
        await trained(new Engine(new ReferenceBackend()), dtype),
      ];
      got.forEach((value, i) => t.deepEqual(differenceOf(value, want[i]!), undefined, `value ${i}`));
    });

    bed.test(`runs repeat to the bit, in ${dtype}`, async (t) => {
      const [first, second] = [
        await trained(new Engine(await bed.create()), dtype),
        await trained(new Engine(await bed.create()), dtype),
      ];
      t.deepEqual(first, second);
    });
  }

  bed.test('variables change places', (t) =>
    bed.withEngine(async (engine) => {
      const [a, b, c] = [engine.variable([1, 2, 3]), engine.variable([4, 5, 6]), engine.variable([7, 8, 9])];
      const turn = engine.trace(() => {
        const values = [a.value, b.value, c.value] as const;
        void a.assign(values[1]);
        void b.assign(values[2].add(0));
        void c.assign(values[0].mul(2));
        return [];
      });
      await turn.call([]);
      await turn.call([]);
      const values = await Promise.all([a, b, c].map(async (variable) => [...(await variable.read()).data]));
      t.deepEqual(values, [
        [7, 8, 9],
        [2, 4, 6],
        [8, 10, 12],
      ]);
    }),
  );
}

/** Losses and final state of a few steps of Adam (Kingma & Ba 2015, algorithm 1) on a small regression. */
async function trained(engine: Engine, dtype: FloatType): Promise<HostTensor[]> {
  const random = new RandomSource(4);
  const weight = engine.variable(randomTensor(random, [9, 5]), { dtype });
  const zeros = () => engine.variable(new Float64Array(45), { dtype, shape: [9, 5] });
  const slots = [zeros(), zeros()] as const;
  const step = engine.trace(([x, target, rate]) => {
    const loss = graph.matmul(x!, weight.value).sub(target!).square().mean();
    const [gradient] = gradients(loss, [weight.value]) as [Tensor];
    const first = slots[0].value.mul(0.9).add(gradient.mul(0.1));
    const second = slots[1].value.mul(0.99).add(gradient.square().mul(0.01));
    void slots[0].assign(first);
    void slots[1].assign(second);
    void weight.assign(weight.value.sub(first.div(second.sqrt().add(1e-3)).mul(rate!)));
    return [loss];
  });
  const results: HostTensor[] = [];
  for (let i = 0; i < 5; i++) {
    const draw = (shape: readonly number[]): HostTensor => hostTensor(randomTensor(random, shape), undefined, dtype);
    results.push(...(await step.call([draw([12, 9]), draw([12, 5]), hostTensor(0.1 / (i + 1), [], dtype)])));
  }
  for (const state of [weight, ...slots]) results.push(await state.read());
  engine.close();
  return results;
}
