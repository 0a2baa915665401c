import test from 'ava';
import { createApp, type Choice } from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

/** The rates of the steps 0 … count − 1. */
function ratesOf(choice: Choice<'schedule'>, totalSteps: number, count = totalSteps): number[] {
  const schedule = createApp({ plugins: [optimizers] }).registry.create('schedule', choice);
  return Array.from({ length: count }, (_, step) => schedule({ ...hostStepAt(step, { totalSteps }), base: 0.05 }));
}

test("cosine goes the way of PyTorch's CosineAnnealingLR, with a floor of 0.001 below a rate of 0.05", (t) => {
  near(
    t,
    ratesOf({ cosine: { floor: 0.02 } }, 20),
    [
      0.05, 0.0496983643446, 0.0488008846492, 0.0473296598426, 0.0453209163622, 0.0428241161391, 0.0399007386812,
      0.0366227672436, 0.0330709163622, 0.0293326443935, 0.0255, 0.0216673556065, 0.0179290836378, 0.0143772327564,
      0.0110992613188, 0.00817588386093, 0.00567908363781, 0.00367034015738, 0.00219911535077, 0.00130163565542,
    ],
  );
});

test('a warm-up rises linearly to the rate, from which the cosine falls over the steps that are left', (t) => {
  const rates = ratesOf({ cosine: { warmup: 4 } }, 10);
  near(t, rates.slice(0, 5), [0.0125, 0.025, 0.0375, 0.05, 0.05]);
  near(
    t,
    rates.slice(4),
    Array.from({ length: 6 }, (_, i) => (0.05 * (1 + Math.cos((Math.PI * i) / 6))) / 2),
  );
});

test('after the last step the rate stays at the floor', (t) => {
  near(t, ratesOf({ cosine: { floor: 0.1 } }, 3, 6).slice(3), [0.005, 0.005, 0.005]);
});
