import test from 'ava';
import fc from 'fast-check';
import { parallelCoordinates } from '@adjoint/plots';
import { near } from '@adjoint/reference-values';
import {
  grid,
  hyperband,
  logUniform,
  logWhole,
  oneOf,
  parallelAxes,
  random,
  sobol,
  Study,
  successiveHalving,
  tpe,
  uniform,
  whole,
  type Proposer,
} from '../src/index.js';
import { run } from './asking.js';
import { sobolBits, sobolDimensions } from '../src/search/sobol-sequence.js';
import { placeOf, valueAt } from '../src/search/space.js';

const space = { x: uniform(-2, 2), rate: logUniform(1e-4, 1), units: whole(1, 8), kind: oneOf('a', 'b') };

test('places and values of ranges belong to each other', (t) => {
  const ranges = [uniform(-3, 5), logUniform(1e-5, 10), whole(-2, 9), logWhole(1, 300)];
  fc.assert(
    fc.property(fc.constantFrom(...ranges), fc.double({ min: 0, max: 1 - 1e-9, noNaN: true }), (range, place) => {
      const value = valueAt(range, place) as number;
      t.true(value >= range.low && value <= range.high && (!range.whole || Number.isInteger(value)));
      t.true(Math.abs((valueAt(range, placeOf(range, value)) as number) - value) <= 1e-9 * (1 + Math.abs(value)));
    }),
  );
  // Each whole number has the same share of places.
  const counts = new Map<number, number>();
  for (let i = 0; i < 800; i++) {
    const value = valueAt(whole(1, 8), (i + 0.5) / 800) as number;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  t.deepEqual([...counts.values()], new Array<number>(8).fill(100));
  near(t, valueAt(logUniform(1e-4, 1), 0.5) as number, 1e-2, 1e-12);
  t.throws(() => uniform(1, 1), { code: 'OPTIONS_INVALID' });
  t.throws(() => logUniform(0, 1), { code: 'OPTIONS_INVALID', message: /numbers above 0/ });
  t.throws(() => whole(0.5, 2), { code: 'OPTIONS_INVALID' });
  t.throws(() => oneOf(), { code: 'OPTIONS_INVALID' });
});

test('a grid has every combination once, and then ends', (t) => {
  const study = run({ space, propose: grid({ points: 3 }), trials: 1000, seed: 1 }, () => 0);
  const found = study.trials.map(({ configuration }) => JSON.stringify(configuration));
  t.is(found.length, 3 * 3 * 3 * 2);
  t.is(new Set(found).size, found.length);
  t.deepEqual(
    [...new Set(study.trials.map(({ configuration }) => configuration['rate']))].map((rate) => Number(rate).toFixed(6)),
    ['0.000100', '0.010000', '1.000000'],
  );
  t.deepEqual([...new Set(study.trials.map(({ configuration }) => configuration['units']))], [1, 5, 8]);
  t.true(study.isDone);
});

test("the Sobol sequence is Joe & Kuo's, and fills every dimension evenly", (t) => {
  // The first eight points in three dimensions, as published with the direction numbers.
  const points = [
    [0, 0, 0],
    [0.5, 0.5, 0.5],
    [0.75, 0.25, 0.25],
    [0.25, 0.75, 0.75],
    [0.375, 0.375, 0.625],
    [0.875, 0.875, 0.125],
    [0.625, 0.125, 0.875],
    [0.125, 0.625, 0.375],
  ];
  t.deepEqual(
    points.map((point, i) => point.map((_, d) => sobolBits(i, d) / 2 ** 32)),
    points,
  );
  // 2ᵏ points hold one in each of 2ᵏ intervals, in every dimension.
  for (let d = 0; d < sobolDimensions; d++) {
    t.is(new Set(Array.from({ length: 1024 }, (_, i) => sobolBits(i, d) >>> 22)).size, 1024, `dimension ${d}`);
  }
  // Shifted points keep that, and another seed moves them.
  const at = (seed: number): number[] =>
    run({ space: { x: uniform(0, 1) }, propose: sobol(), trials: 16, seed }, () => 0).trials.map(
      ({ configuration }) => configuration['x'] as number,
    );
  t.is(new Set(at(1).map((x) => Math.floor(16 * x))).size, 16);
  t.notDeepEqual(at(1), at(2));
  const wide = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`x${i}`, uniform(0, 1)]));
  t.throws(() => run({ space: wide, propose: sobol(), trials: 1, seed: 1 }, () => 0), { code: 'OPTIONS_INVALID' });
});

test('draws at random belong to the seed and the number of the trial', (t) => {
  const drawn = (seed: number) => run({ space, propose: random(), trials: 200, seed }, () => 0).trials;
  t.deepEqual(drawn(1), drawn(1));
  t.notDeepEqual(drawn(1), drawn(2));
  const rates = drawn(1).map(({ configuration }) => Math.log10(configuration['rate'] as number));
  // Uniform on −4 … 0: mean −2, standard deviation 4/√12.
  t.true(Math.abs(rates.reduce((sum, rate) => sum + rate, 0) / 200 + 2) < (3 * 4) / Math.sqrt(12 * 200));
});

test('the Parzen estimator comes nearer to the minimum than draws at random', (t) => {
  // A bowl at x = 1, rate = 1e-3, units = 3, kind b.
  const cost = ({ x, rate, units, kind }: { x: number; rate: number; units: number; kind: string }): number =>
    (x - 1) ** 2 + (Math.log10(rate) + 3) ** 2 + ((units - 3) / 4) ** 2 + (kind === 'b' ? 0 : 1);
  const best = (propose: Proposer): number[] =>
    [1, 2, 3, 4, 5].map((seed) => run({ space, propose, trials: 60, seed }, cost).best!.value!);
  const [guided, blind] = [best(tpe()), best(random())];
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  t.true(mean(guided) < mean(blind) / 2, `${mean(guided)} against ${mean(blind)}`);

  // The other way round, of values with the other sign.
  const upward = run(
    { space, propose: tpe(), trials: 60, seed: 1, goal: 'maximize' },
    (given: Parameters<typeof cost>[0]) => -cost(given),
  );
  t.is(-upward.best!.value!, guided[0]!);
});

test('a study goes on from its state as if nothing had happened', (t) => {
  const cost = ({ x }: { x: number }): number => x * x;
  for (const options of [
    { space, propose: tpe({ startup: 5 }), trials: 20, seed: 1 },
    { space, propose: sobol(), trials: 20, seed: 1 },
    { space, propose: tpe({ startup: 5 }), trials: hyperband({ maxBudget: 9 }), seed: 1 },
  ]) {
    const whole_ = run(options, cost);
    const interrupted = new Study(options);
    for (let i = 0; i < 7; i++) {
      const { number, configuration } = interrupted.ask()!;
      if (i < 6) interrupted.tell(number, cost(configuration));
    }
    const state = JSON.parse(JSON.stringify(interrupted.state)) as typeof interrupted.state;
    t.is(state.trials[6]!.status, 'running');
    const resumed = run({ ...options, state }, cost);
    t.deepEqual(resumed.trials, whole_.trials);
  }
  const state = { trials: [{ number: 0, configuration: { y: 1 }, status: 'running' as const }] };
  t.throws(() => new Study({ space, propose: random(), trials: 1, seed: 1, state }), {
    code: 'OPTIONS_INVALID',
    message: /trial 0 has y, the space has kind, rate, units, x/,
  });
});

test("Hyperband's brackets are those of the paper's algorithm", (t) => {
  // Li et al. 2018 for R = 81, η = 3.
  t.deepEqual(
    hyperband({ maxBudget: 81 }).map((rungs) => rungs.map(({ count, budget }) => [count, budget])),
    [
      [
        [81, 1],
        [27, 3],
        [9, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [34, 3],
        [11, 9],
        [3, 27],
        [1, 81],
      ],
      [
        [15, 9],
        [5, 27],
        [1, 81],
      ],
      [
        [8, 27],
        [2, 81],
      ],
      [[5, 81]],
    ],
  );
  t.deepEqual(successiveHalving({ configurations: 8, minBudget: 2, maxBudget: 100, eta: 2 }), [
    [
      { count: 8, budget: 2 },
      { count: 4, budget: 4 },
      { count: 2, budget: 8 },
      { count: 1, budget: 16 },
    ],
  ]);
  t.throws(() => hyperband({ maxBudget: 0 }), { code: 'OPTIONS_INVALID' });
  t.throws(() => successiveHalving({ configurations: 0, minBudget: 1, maxBudget: 2 }), { code: 'OPTIONS_INVALID' });
});

test('the best of a rung are tried with more', (t) => {
  const plan = successiveHalving({ configurations: 9, minBudget: 1, maxBudget: 9 });
  const study = new Study({ space: { x: uniform(0, 1) }, propose: random(), trials: plan, seed: 1 });
  const first = Array.from({ length: 9 }, () => study.ask()!);
  // The next rung waits for all of this one.
  t.is(study.ask(), undefined);
  t.false(study.isDone);
  first.forEach(({ number, configuration: { x } }) => (number === 2 ? study.fail(2, 'lost') : study.tell(number, x)));
  const best = first.filter(({ number }) => number !== 2).sort((a, b) => a.configuration.x - b.configuration.x);
  const second = [study.ask()!, study.ask()!, study.ask()!];
  t.deepEqual(
    second.map(({ configuration, budget }) => [configuration, budget]),
    best.slice(0, 3).map(({ configuration }) => [configuration, 3]),
  );
  // The smallest budget may look better; it is the largest that counts.
  second.forEach(({ number }, i) => study.tell(number, 10 - i));
  const last = study.ask()!;
  t.deepEqual(last.configuration, second[2]!.configuration);
  study.tell(last.number, NaN);
  t.is(study.trials[last.number]!.status, 'failed');
  t.is(study.best!.number, second[2]!.number);
  t.is(study.ask(), undefined);
  t.true(study.isDone);
  const table = study.table().split('\n');
  t.is(table[0], 'trial  figure   budget  x');
  t.is(table.length, 14);
  t.regex(table.at(-1)!, /failed/);
  const rows = study.rows();
  t.deepEqual(
    rows.map(({ trial }) => trial),
    study
      .table()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(' ')[0])),
  );
  const [{ number, configuration }] = best as [(typeof best)[number]];
  t.deepEqual(rows[0], { trial: number, status: 'finished', budget: 1, figure: configuration.x, x: configuration.x });
  t.throws(() => study.tell(last.number, 1), { code: 'OPTIONS_INVALID', message: /already failed/ });
  t.throws(() => study.tell(99, 1), { code: 'OPTIONS_INVALID', message: /unknown/ });
});

test('a study becomes the axes of a plot of parallel coordinates', (t) => {
  const odd = { rate: logUniform(1e-3, 1), figure: oneOf(true, false) };
  const study = run(
    {
      space: odd,
      propose: random(),
      trials: successiveHalving({ configurations: 3, minBudget: 1, maxBudget: 3 }),
      seed: 1,
    },
    ({ rate }: { rate: number }) => rate,
  );
  const { trials, axes } = parallelAxes(study);
  t.deepEqual(axes, [
    { name: 'rate', log: true },
    { name: 'configuration.figure' },
    { name: 'budget', log: true },
    { name: 'figure' },
  ]);
  t.deepEqual(
    trials.map(({ figure }) => figure),
    study.trials.map(({ value }) => value).sort((a, b) => b! - a!),
  );
  t.true(trials.every((row) => ['true', 'false'].includes(String(row['configuration.figure']))));
  const svg = parallelCoordinates({ trials, axes, title: 'search' });
  t.is(svg.match(/<path [^>]*stroke="/g)?.length, 4);
});
