import type { App } from '../app/app.js';
import type { EpochResult } from '../model/build-context.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import type { Schedule } from '../training/schedule.js';
import { hostStepAt } from './context-at.js';
import { withOddNumbers } from './odd-options.js';
import { withAssertions, type TestFunction } from './test-function.js';
import { checkResuming } from './training-bed.js';

export interface ScheduleSample {
  /** Makes an app with the schedule's plugin and a backend. */
  readonly app: () => App;
  readonly schedule: Choice<'schedule'>;
}

/** Epochs and updates per epoch of the runs that are tried; a stream does not tell where it ends. */
const runs = [
  [1, 1],
  [1, 40],
  [8, 6],
  [40, 1],
  [40, Infinity],
] as const;

/**
 * The contract of a schedule: over runs of any length its rates are finite and not negative, also with numbers at the ends
 * of its options' ranges; they follow from the step alone, whenever it is asked; and a run that is saved and resumed has
 * the same bits.
 */
export function testSchedule(runner: TestFunction, { app: makeApp, schedule }: ScheduleSample): void {
  const test = withAssertions(runner);
  const title = choiceText(readChoice('schedule', schedule));

  test(`${title}: rates are finite and not negative in runs of any length`, async (t) => {
    const app = makeApp();
    for (const choice of [schedule, ...withOddNumbers(app, 'schedule', schedule)]) {
      const made = app.registry.create('schedule', choice);
      for (const run of runs)
        for (const base of [0, 0.1]) {
          const rates = ratesOf(made, run, base);
          const odd = rates.findIndex((rate) => !Number.isFinite(rate) || rate < 0);
          t.true(
            odd < 0,
            `${JSON.stringify(choice)} gives ${rates[odd]} for ${base} in step ${odd} of ${run.join('×')}`,
          );
        }
    }
    await app.close();
  });

  test(`${title}: a rate follows from the step alone`, async (t) => {
    const app = makeApp();
    const [inOrder, backwards] = [app, app].map((each) => each.registry.create('schedule', schedule));
    for (const run of runs)
      t.deepEqual(ratesOf(backwards!, run, 0.1, true), ratesOf(inOrder!, run, 0.1), `in a run of ${run.join('×')}`);
    await app.close();
  });

  test(`${title}: a run that is saved and resumed gives the same bits`, (t) => checkResuming(t, makeApp, { schedule }));
}

/** The rates of the steps of a run, also of some after its end. */
function ratesOf(
  schedule: Schedule,
  [epochs, stepsPerEpoch]: (typeof runs)[number],
  base: number,
  backwards = false,
): number[] {
  const perEpoch = Number.isFinite(stepsPerEpoch) ? stepsPerEpoch : 6;
  const steps = Array.from({ length: epochs * perEpoch + 3 }, (_, step) => step);
  if (backwards) steps.reverse();
  const rates = steps.map((step) => {
    const epoch = Math.floor(step / perEpoch);
    const history = Array.from({ length: epoch }, (_, i): EpochResult => ({ epoch: i, metrics: { loss: lossOf(i) } }));
    return schedule({
      ...hostStepAt(step, { totalSteps: epochs * stepsPerEpoch }),
      epoch,
      stepsPerEpoch,
      history,
      base,
    });
  });
  return backwards ? rates.reverse() : rates;
}

/** A loss that falls, rests, and is not finite for an epoch. */
function lossOf(epoch: number): number {
  return epoch === 5 ? NaN : Math.max(0.5, 2 - 0.4 * epoch);
}
