import type { Backend } from '../../backend/backend.js';
import { Engine } from '../../engine/engine.js';
import type { Tensor } from '../../graph/index.js';
import { RandomSource } from '../../random/random-source.js';
import type { DType } from '../../tensor/dtype.js';
import { differenceOf } from '../difference.js';
import { evaluateGraph } from '../evaluate-graph.js';
import { randomTensor } from '../random-tensor.js';
import type { Assertions, AssertingTest } from '../test-function.js';

export type FloatType = Extract<DType, 'float32' | 'float64'>;

/** What the tests of a backend stand on. */
export class BackendBed {
  constructor(
    readonly test: AssertingTest,
    readonly create: () => Backend | Promise<Backend>,
    readonly dtypes: readonly FloatType[],
  ) {}

  async withEngine(work: (engine: Engine) => Promise<void>): Promise<void> {
    const engine = new Engine(await this.create());
    try {
      await work(engine);
    } finally {
      engine.close();
    }
  }

  /** Builds tensors on the backend and compares their values with those of the reference implementations. */
  agree(t: Assertions, build: (engine: Engine, dtype: FloatType) => readonly Tensor[]): Promise<void> {
    return this.withEngine(async (engine) => {
      for (const dtype of this.dtypes) {
        const tensors = build(engine, dtype);
        const want = evaluateGraph(tensors);
        const got = await engine.evaluate(tensors);
        for (const [i, tensor] of tensors.entries())
          t.deepEqual(differenceOf(got[i]!, want[i]!), undefined, `${tensor.toString()} in ${dtype}`);
      }
    });
  }
}

/** Draws tensors of the same numbers for the same shapes. */
export function drawerOf(engine: Engine, dtype: FloatType): (shape: readonly number[]) => Tensor {
  const random = new RandomSource(3);
  return (shape) => engine.tensor(randomTensor(random, shape), undefined, dtype);
}
