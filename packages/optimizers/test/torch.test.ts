import { readFileSync } from 'node:fs';
import test from 'ava';
import { createApp, type Choice, type Tensor, type UpdateRule } from '@adjoint/core';
import { contextAt } from '@adjoint/core/testing';
import { optimizers } from '../src/index.js';

interface Values {
  readonly shape: number[];
  readonly data: number[];
}

interface Case {
  readonly optimizer: string;
  readonly options: { readonly learningRate: number };
  readonly parameter: Values;
  readonly gradients: Values;
  readonly trajectory: Values;
}

const { cases } = JSON.parse(readFileSync(new URL('../../test/torch.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

for (const { optimizer, options, parameter, gradients, trajectory } of cases) {
  test(`${optimizer} goes the way of PyTorch's`, async (t) => {
    const app = createApp({ plugins: [optimizers], backend: 'reference' });
    const scalar = (value: number): Tensor => app.tensor(Float64Array.of(value), []);
    const size = parameter.data.length;
    const choice = { [optimizer]: options } as unknown as Choice<'optimizer'>;
    const rule = app.registry.create('optimizer', choice) as UpdateRule;
    let value = app.tensor(Float64Array.from(parameter.data), parameter.shape);
    let slots = rule.init({ name: 'w', role: 'weight', value });
    const values: Tensor[] = [];
    for (let step = 1; step <= gradients.shape[0]!; step++) {
      const gradient = app.tensor(
        Float64Array.from(gradients.data.slice((step - 1) * size, step * size)),
        parameter.shape,
      );
      const [change, next] = rule.update(
        gradient,
        slots,
        { name: 'w', role: 'weight', value },
        {
          ...contextAt(step - 1, 'float64'),
          learningRate: scalar(options.learningRate),
          random: () => t.fail('no random numbers are needed') as never,
          input: () => t.fail('no step inputs are needed') as never,
        },
      );
      value = value.add(change);
      slots = next;
      values.push(value);
    }
    const got = (await app.engine.evaluate(values)).flatMap(({ data }) => [...data]);
    t.is(got.length, trajectory.data.length);
    got.forEach((x, i) => t.true(Math.abs(x - trajectory.data[i]!) < 1e-8, `${x} instead of ${trajectory.data[i]}`));
    await app.close();
  });
}
