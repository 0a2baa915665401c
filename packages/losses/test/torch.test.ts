import { readFileSync } from 'node:fs';
import test from 'ava';
import { createApp, type Choice } from '@adjoint/core';
import { meanLoss } from '@adjoint/core/testing';
import { losses } from '../src/index.js';

interface Values {
  readonly shape: number[];
  readonly dtype: 'float64' | 'int32';
  readonly data: number[];
}

interface Case {
  readonly loss: Choice<'loss'>;
  readonly output: Values;
  readonly target: Values;
  readonly expected: number;
}

const { cases } = JSON.parse(readFileSync(new URL('../../test/torch.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

for (const { loss, output, target, expected } of cases) {
  test(`${JSON.stringify(loss)} of ${target.dtype} targets gives PyTorch's value`, async (t) => {
    const app = createApp({ plugins: [losses], backend: 'reference' });
    const tensor = ({ data, shape, dtype }: Values) =>
      app.tensor(dtype === 'int32' ? Int32Array.from(data) : Float64Array.from(data), shape);
    const scored = { output: tensor(output), target: tensor(target) };
    const [value] = await app.engine.evaluate([meanLoss(app.registry.create('loss', loss), scored)]);
    t.true(Math.abs(value!.data[0]! - expected) < 1e-9, `${value!.data[0]} instead of ${expected}`);
    await app.close();
  });
}
