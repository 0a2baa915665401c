import { App } from '@adjoint/core';
import { optimizers } from '@adjoint/optimizers';
import { contextOn } from '@adjoint/reference-values';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import type { Family } from '../family.js';

const { registry } = new App({ plugins: [optimizers] });

const p = v.optional(v.union([v.number(), v.literal('infinity')]));
const schema = v.variant('op', [
  v.strictObject({ op: v.literal('globalNorm'), max: v.number(), p }),
  v.strictObject({ op: v.literal('norm'), max: v.number(), p }),
  v.strictObject({ op: v.literal('value'), max: v.number() }),
]);

const names = { globalNorm: 'clipGlobalNorm', norm: 'clipNorm', value: 'clipValue' } as const;

/** Gradients `g0`, `g1`, … before and after clipping. */
export const clipGradients: Family = ({ attributes, inputs, dtype, engine }) => {
  const { op, ...options } = validate(schema, attributes);
  const transform = registry.create('gradientTransform', registry.check('gradientTransform', { [names[op]]: options }));
  const context = contextOn(engine, 0, dtype);
  const parameters = Object.entries(inputs).map(([name, value]) => ({ name, role: 'kernel', value }));
  const { gradients } = transform.update(Object.values(inputs), {
    ...context,
    learningRate: context.value(1),
    parameters,
    slots: {},
  });
  return Object.fromEntries(parameters.map(({ name }, i) => [name, gradients[i]!]));
};
