import test from 'ava';
import { createApp, type Choice, type EpochResult, type HostStep } from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { optimizers } from '../src/index.js';

// PyTorch's values of most schedules are in the conformance families; here is what the library adds to them.

/** The rates of the steps 0 … count − 1. */
function ratesOf(
  choice: Choice<'schedule'>,
  totalSteps: number,
  { count = totalSteps, at }: { readonly count?: number; readonly at?: (step: number) => Partial<HostStep> } = {},
): number[] {
  const schedule = createApp({ plugins: [optimizers] }).registry.create('schedule', choice);
  return Array.from({ length: count }, (_, step) =>
    schedule({ ...hostStepAt(step, { totalSteps }), ...at?.(step), base: 0.05 }),
  );
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

test('after the last step the rate stays at the floor, or rises again where the cosine is periodic', (t) => {
  near(t, ratesOf({ cosine: { floor: 0.1 } }, 3, { count: 6 }).slice(3), [0.005, 0.005, 0.005]);
  near(t, ratesOf({ cosine: { steps: 2, periodic: true } }, 10, { count: 6 }), [0.05, 0.025, 0, 0.025, 0.05, 0.025]);
});

test('what is counted may be epochs', (t) => {
  const at = (step: number): Partial<HostStep> => ({ epoch: Math.floor(step / 2), stepsPerEpoch: 2 });
  const of = (choice: Choice<'schedule'>): number[] => ratesOf(choice, 8, { at }).map((rate) => rate / 0.05);
  near(t, of({ step: { every: 2, factor: 0.5, unit: 'epoch' } }), [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]);
  near(t, of({ exponential: { factor: 0.5, unit: 'epoch' } }), [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]);
  near(
    t,
    of({ multiStep: { milestones: [1, 3, 3], factor: 0.5, unit: 'epoch' } }),
    [1, 1, 0.5, 0.5, 0.5, 0.5, 0.125, 0.125],
  );
  near(t, of({ cosineRestarts: { firstCycle: 2, unit: 'epoch' } }), [1, 1, 0.5, 0.5, 1, 1, 0.5, 0.5]);
});

test('the inverse square root rises to the rate, then falls with the root of the step (Vaswani et al. 2017)', (t) => {
  // d^(−½)·min(t^(−½), t·warmup^(−1.5)) over its value at t = warmup.
  const wanted = Array.from({ length: 12 }, (_, i) => {
    const step = i + 1;
    return (0.05 * Math.min(step ** -0.5, step * 4 ** -1.5)) / 4 ** -0.5;
  });
  near(t, ratesOf({ inverseSquareRoot: { warmup: 4 } }, 12), wanted);
});

test("peaks of a cyclic schedule may be halved or fade, as in PyTorch's CyclicLR", (t) => {
  const heights = [0, 0.5, 1, 0.5, 0, 0.5, 1, 0.5, 0];
  const cycle = { halfCycle: 2, floor: 0.2 };
  const of = (choice: Choice<'schedule'>): number[] => ratesOf(choice, 9).map((rate) => rate / 0.05);
  near(
    t,
    of({ cyclic: cycle }),
    heights.map((height) => 0.2 + 0.8 * height),
  );
  near(
    t,
    of({ cyclic: { ...cycle, mode: 'triangular2' } }),
    heights.map((height, step) => 0.2 + 0.8 * height * 0.5 ** Math.floor(step / 4)),
  );
  near(
    t,
    of({ cyclic: { ...cycle, mode: 'exponential', factor: 0.9 } }),
    heights.map((height, step) => 0.2 + 0.8 * height * 0.9 ** step),
  );
  near(t, of({ cyclic: { halfCycle: 1, fall: 3, floor: 0 } }).slice(0, 5), [0, 1, 2 / 3, 1 / 3, 0]);
});

test('the third phase of oneCycle falls from the first rate to the last', (t) => {
  const phases = { warmupShare: 0.4, startDivisor: 5, endDivisor: 10, anneal: 'linear', threePhase: true } as const;
  // Ends of phases of PyTorch: 0.4·10 − 1 = 3, 2·0.4·10 − 2 = 6, 10 − 1 = 9.
  const wanted = [0.2, 0.2 + 0.8 / 3, 0.2 + 1.6 / 3, 1, 1 - 0.8 / 3, 1 - 1.6 / 3, 0.2, 0.14, 0.08, 0.02];
  near(
    t,
    ratesOf({ oneCycle: phases }, 10).map((rate) => rate / 0.05),
    wanted,
  );
});

test('the parts of a sequence each have a run of their own', (t) => {
  const parts = [
    { schedule: { linear: { startFactor: 0.2, endFactor: 1 } }, steps: 4 },
    { schedule: { constant: { factor: 0.5 } }, steps: 2 },
    { schedule: 'linear' },
  ] as const;
  const rates = ratesOf({ sequence: { parts } }, 10).map((rate) => rate / 0.05);
  near(t, rates, [0.2, 0.4, 0.6, 0.8, 0.5, 0.5, 1, 0.75, 0.5, 0.25]);
  near(
    t,
    ratesOf({ warmup: { steps: 2, startFactor: 0, next: 'linear' } }, 6).map((rate) => rate / 0.05),
    [0, 0.5, 1, 0.75, 0.5, 0.25],
  );
});

test('reduceOnPlateau watches the validation where there is one, and what is better may be more', (t) => {
  const figures = [0.5, 0.6, 0.6, 0.61, 0.6, 0.6, 0.6, 0.6];
  const history = figures.map((accuracy, epoch): EpochResult => ({
    epoch,
    metrics: { accuracy: epoch },
    validation: { accuracy },
  }));
  const at = (step: number): Partial<HostStep> => ({ history: history.slice(0, step) });
  const options = { metric: 'accuracy', goal: 'max', patience: 1, factor: 0.5, cooldown: 1, floor: 0.3 } as const;
  const of = (choice: Choice<'schedule'>): number[] => ratesOf(choice, 9, { at }).map((rate) => rate / 0.05);
  near(t, of({ reduceOnPlateau: options }), [1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5]);
  // A change of 0.05 is asked for: 0.61 is no improvement on 0.6.
  const coarse = { ...options, threshold: 0.05, thresholdMode: 'absolute', cooldown: 0 } as const;
  near(t, of({ reduceOnPlateau: coarse }), [1, 1, 1, 1, 0.5, 0.5, 0.3, 0.3, 0.3]);
});
