import test from 'ava';
import { createApp, type Choice, type Hooks, type ParameterValue } from '@adjoint/core';
import { hookContext, hooksOf, near, penaltyOf } from '@adjoint/reference-values';
import { regularizers } from '../src/index.js';

const app = createApp({ plugins: [regularizers], backend: 'reference' });

function parameter(values: readonly number[], shape: readonly number[], name = 'a/weight'): ParameterValue {
  return { name, role: 'kernel', value: app.tensor(Float64Array.from(values), shape) };
}

async function normOf(choice: Choice<'regularizer'>, ...parameters: ParameterValue[]): Promise<number> {
  return (await penaltyOf(app, choice, { parameters }).read()).data[0]!;
}

async function constrained(choice: Choice<'regularizer'>, w: ParameterValue): Promise<number[]> {
  const hooks: Hooks = hooksOf(app, choice);
  const value = hooks.constraint!(w, hookContext(2, 'float64') as Parameters<NonNullable<Hooks['constraint']>>[1]);
  return [...(await value.read()).data];
}

test('orthogonality is the distance of w·wᵀ, or wᵀ·w, from the unit matrix', async (t) => {
  // w·wᵀ − I = [[4, 0], [0, 0]]
  t.is(await normOf({ orthogonality: { strength: 0.5 } }, parameter([1, 2, 0, 0, 0, 1], [2, 3])), 0.5 * 16);
  t.is(await normOf({ orthogonality: { strength: 1 } }, parameter([1, 0, 0, 1, 0, 0], [3, 2])), 0);
});

test('groups of groupLasso are outputs or inputs', async (t) => {
  const w = parameter([3, 4, 0, 0], [2, 2]);
  t.is(await normOf({ groupLasso: { strength: 1 } }, w), Math.SQRT2 * 5);
  t.is(await normOf({ groupLasso: { strength: 1, axis: 1 } }, w), Math.SQRT2 * 7);
});

test('penalties and constraints are for what is named', async (t) => {
  const [a, b] = [parameter([-1, 2], [2], 'a/weight'), parameter([-10, 20], [2], 'b/weight')];
  t.is(await normOf({ l1: { strength: 1, names: ['a/*'] } }, a, b), 3);
  t.is(await normOf({ l1: { strength: 1 } }, a, b), 33);
  t.deepEqual(await constrained({ nonNegative: { names: ['a/*'] } }, a), [0, 2]);
  t.deepEqual(await constrained({ nonNegative: { names: ['a/*'] } }, b), [-10, 20]);
  t.deepEqual(await constrained({ nonNegative: { roles: ['bias'] } }, a), [-1, 2]);
});

test('maxNorm scales long groups down and leaves short ones', async (t) => {
  const w = parameter([3, 4, 0.3, 0.4], [2, 2]);
  near(t, await constrained({ maxNorm: { max: 1 } }, w), [0.6, 0.8, 0.3, 0.4]);
  near(t, await constrained({ maxNorm: { max: 2, axis: 1 } }, w), [
    3 * (2 / Math.hypot(3, 0.3)),
    4 * (2 / Math.hypot(4, 0.4)),
    0.3 * (2 / Math.hypot(3, 0.3)),
    0.4 * (2 / Math.hypot(4, 0.4)),
  ]);
});

test('unitNorm gives length 1, and zeros stay', async (t) => {
  near(t, await constrained('unitNorm', parameter([3, 4, 0, 0], [2, 2])), [0.6, 0.8, 0, 0]);
});
