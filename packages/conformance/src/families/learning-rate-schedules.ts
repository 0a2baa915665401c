import { App, hostTensor, type Choice, type EpochResult } from '@adjoint/core';
import { hostStepAt } from '@adjoint/core/testing';
import { optimizers } from '@adjoint/optimizers';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import { checkInputs, type Family } from '../family.js';

const { registry } = new App({ plugins: [optimizers] });

const schema = v.looseObject({ schedule: v.string(), learningRate: v.number(), count: v.number() });

/** A schedule of the library, with the base rate that it starts from. */
interface Scheduled {
  readonly schedule: Choice<'schedule'>;
  readonly base: number;
}

const n = v.number();

/** A schedule as the files have it: its options, and what they come to for a learning rate. Minima are rates there, shares here. */
function stated<E extends v.ObjectEntries>(
  entries: E,
  build: (options: v.InferOutput<v.StrictObjectSchema<E, undefined>>, rate: number) => Scheduled,
): (options: unknown, rate: number) => Scheduled {
  const options = v.strictObject(entries);
  return (given, rate) => build(validate(options, given), rate);
}

const table: Readonly<Record<string, (options: unknown, rate: number) => Scheduled>> = {
  step: stated({ every: n, factor: n }, (step, base) => ({ schedule: { step }, base })),
  multiStep: stated({ milestones: v.array(n), factor: n }, (multiStep, base) => ({ schedule: { multiStep }, base })),
  exponential: stated({ factor: n }, (exponential, base) => ({ schedule: { exponential }, base })),
  cosine: stated({ steps: n, minimum: n }, ({ steps, minimum }, base) => ({
    schedule: { cosine: { steps, floor: minimum / base, periodic: true } },
    base,
  })),
  cosineRestarts: stated({ firstCycle: n, cycleFactor: n, minimum: n }, ({ minimum, ...options }, base) => ({
    schedule: { cosineRestarts: { ...options, floor: minimum / base } },
    base,
  })),
  linear: stated({ startFactor: n, endFactor: n, steps: n }, (linear, base) => ({ schedule: { linear }, base })),
  polynomial: stated({ steps: n, power: n }, (polynomial, base) => ({ schedule: { polynomial }, base })),
  oneCycle: stated(
    {
      maximum: n,
      steps: n,
      warmUpShare: n,
      startDivisor: n,
      endDivisor: n,
      anneal: v.picklist(['cosine', 'linear']),
    },
    ({ maximum, warmUpShare, ...options }) => ({
      schedule: { oneCycle: { ...options, warmupShare: warmUpShare } },
      base: maximum,
    }),
  ),
  triangular: stated({ minimum: n, maximum: n, halfCycle: n }, ({ minimum, maximum, halfCycle }) => ({
    schedule: { cyclic: { halfCycle, floor: minimum / maximum } },
    base: maximum,
  })),
  // oxlint-disable-next-line unicorn/no-thenable -- the files' own name
  warmUp: stated({ steps: n, startFactor: n, then: v.looseObject({ schedule: v.string() }) }, (options, rate) => {
    const { then: following, ...warmup } = options;
    const { schedule, base } = read(following, rate);
    if (base !== rate) throw new Error(`a warm-up to ${rate} before a schedule that starts from ${base}`);
    return { schedule: { warmup: { ...warmup, next: schedule } }, base };
  }),
  reduceOnPlateau: stated(
    { factor: n, patience: n, threshold: n, cooldown: n, minimum: n },
    ({ minimum, ...options }, base) => ({
      schedule: { reduceOnPlateau: { ...options, floor: minimum / base } },
      base,
    }),
  ),
};

function read({ schedule, ...options }: { readonly schedule: string }, rate: number): Scheduled {
  if (!Object.hasOwn(table, schedule)) throw new Error(`unknown schedule ${JSON.stringify(schedule)}`);
  return table[schedule]!(options, rate);
}

/** The rates of the first steps; where a figure is given, each after it was seen. */
export const learningRateSchedules: Family = async ({ attributes, inputs, dtype, engine }) => {
  const { learningRate, count, ...own } = validate(schema, attributes);
  checkInputs(inputs, own.schedule === 'reduceOnPlateau' ? ['metric'] : []);
  const { schedule, base } = read(own, learningRate);
  const rateAt = registry.create('schedule', schedule);
  const figures = inputs['metric'] ? [...(await inputs['metric'].read()).data] : [];
  const results = figures.map((loss, epoch): EpochResult => ({ epoch, metrics: { loss } }));
  const rates = Float64Array.from({ length: count }, (_, step) =>
    rateAt({ ...hostStepAt(step), history: results.slice(0, step + 1), base }),
  );
  return { rates: engine.tensor(hostTensor(rates, [count], dtype)) };
};
