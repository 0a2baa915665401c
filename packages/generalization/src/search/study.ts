import { AdjointError, distinct, inspectable, RandomSource } from '@adjoint/core';
import type { Bracket } from './plans.js';
import type { Proposer } from './proposer.js';
import type { Configuration, Space } from './space.js';
import type { Trial } from './trial.js';
import { columnOf, rowOf, type TrialRow } from './trial-rows.js';

export interface StudyOptions<S extends Space> {
  readonly space: S;
  readonly propose: Proposer;
  /** Number of trials, or a plan of budgets. A grid ends by itself. */
  readonly trials: number | readonly Bracket[];
  /** `minimize` if not given. */
  readonly goal?: 'minimize' | 'maximize';
  readonly seed: number;
  /** Trials of an interrupted study with the same options; those that were running are tried again. */
  readonly state?: StudyState;
}

/** What a study has to remember; plain JSON. */
export interface StudyState {
  readonly trials: readonly Trial[];
}

/** A trial that is to be run. */
export type Asked<S extends Space> = Trial & { readonly configuration: Configuration<S> };

/**
 * A search: `ask` for a trial, run it however, `tell` its figure. It knows nothing of models, and its state is the list of
 * its trials.
 */
export class Study<S extends Space = Space> {
  readonly goal: 'minimize' | 'maximize';
  readonly #trials: Trial[];
  readonly #random: RandomSource;
  /** Trials of a saved state whose run was lost. */
  readonly #lost: number[];
  #isExhausted = false;

  constructor(readonly options: StudyOptions<S>) {
    const { goal = 'minimize', seed, state, trials } = options;
    if (typeof trials === 'number' && !(trials >= 1))
      throw new AdjointError(
        'OPTIONS_INVALID',
        `study: trials is ${trials}; it must be a whole number ≥ 1, or a plan.`,
      );
    this.goal = goal;
    this.#random = new RandomSource(seed).child('study');
    this.#trials = [...(state?.trials ?? [])];
    const names = Object.keys(options.space).sort().join(', ');
    for (const [i, { number, configuration }] of this.#trials.entries()) {
      const found = Object.keys(configuration).sort().join(', ');
      if (number !== i || found !== names)
        throw new AdjointError(
          'OPTIONS_INVALID',
          `study: the saved state is of another space: trial ${number} has ${found}, the space has ${names}.`,
        );
    }
    this.#lost = this.#trials.flatMap(({ number, status }) => (status === 'running' ? [number] : []));
    distinct(this);
  }

  get trials(): readonly Trial[] {
    return this.#trials;
  }

  get state(): StudyState {
    return { trials: this.trials };
  }

  /** The best trial; where there are budgets, of those with the largest that was tried. */
  get best(): Asked<S> | undefined {
    const finished = this.#trials.filter(({ status }) => status === 'finished');
    const budget = Math.max(...finished.map((trial) => trial.budget ?? 0));
    const [best] = ranked(
      finished.filter((trial) => (trial.budget ?? 0) === budget),
      (trial) => this.#costOf(trial),
    );
    return best as Asked<S> | undefined;
  }

  /** The next trial. Undefined at the end, and while a plan waits for trials that are running. */
  ask(): Asked<S> | undefined {
    const lost = this.#lost.shift();
    if (lost !== undefined) return this.#trials[lost] as Asked<S>;
    const { trials } = this.options;
    if (typeof trials !== 'number') return this.#askPlan(trials);
    return this.#trials.length < trials ? this.#suggest({}) : undefined;
  }

  /** Whether nothing is left to ask or to tell. */
  get isDone(): boolean {
    const { trials } = this.options;
    if (this.#trials.some(({ status }) => status === 'running')) return false;
    if (typeof trials !== 'number') return this.#open(trials) === undefined;
    return this.#isExhausted || this.#trials.length >= trials;
  }

  /** Of a trial on a rung: the trial that has brought it there, and the budget of its bracket's last rung. */
  ladderOf({
    number,
    bracket,
    rung,
  }: Trial): { readonly before: Trial | undefined; readonly last: number } | undefined {
    const { trials } = this.options;
    if (typeof trials === 'number' || bracket === undefined || rung === undefined) return undefined;
    const place = this.#on(bracket, rung).findIndex((trial) => trial.number === number);
    return { before: this.#survivors(bracket, rung - 1)[place], last: trials[bracket]!.at(-1)!.budget };
  }

  /** The figure of a trial; one that is not finite counts as failed. */
  tell(number: number, value: number): void {
    if (!Number.isFinite(value)) return this.fail(number, `its figure is ${value}`);
    this.#end(number, { status: 'finished', value });
  }

  /** A trial that has no figure; it counts as worse than all others. */
  fail(number: number, reason: string): void {
    this.#end(number, { status: 'failed', reason });
  }

  /** The trials as rows of a table, the best first; those that are not finished last. */
  rows(): readonly TrialRow[] {
    return ranked(this.#trials, (trial) => this.#costOf(trial)).map(rowOf);
  }

  /** A table of the trials as text, the best first. */
  table(): string {
    const hasBudgets = typeof this.options.trials !== 'number';
    const options = Object.keys(this.options.space).map(columnOf);
    const head = ['trial', 'figure', ...(hasBudgets ? ['budget'] : []), ...options];
    const rows = this.rows().map((row) =>
      head.map((name) => {
        const cell = row[name] ?? row['status']!;
        return typeof cell === 'number' ? short(cell) : cell;
      }),
    );
    const widths = head.map((name, column) => Math.max(...[name, ...rows.map((row) => row[column]!)].map(lengthOf)));
    return [head, ...rows]
      .map((row) =>
        row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }

  #askPlan(plan: readonly Bracket[]): Asked<S> | undefined {
    const open = this.#open(plan);
    if (!open) return undefined;
    const { bracket, rung, budget, survivors } = open;
    // A grid that ends early makes do with a shorter rung.
    if (rung === 0) return this.#suggest({ bracket, rung, budget }) ?? this.#askPlan(plan);
    const next = survivors[this.#on(bracket, rung).length];
    return next && this.#add({ configuration: next.configuration, bracket, rung, budget });
  }

  /** The first rung that is not full; undefined if all are, or while the rung before is running. */
  #open(plan: readonly Bracket[]) {
    for (const [bracket, rungs] of plan.entries()) {
      let survivors: readonly Trial[] = [];
      for (const [rung, { count, budget }] of rungs.entries()) {
        const own = this.#on(bracket, rung);
        const wanted = rung > 0 ? Math.min(count, survivors.length) : this.#isExhausted ? 0 : count;
        if (own.length < wanted) return { bracket, rung, budget, survivors };
        if (own.some(({ status }) => status === 'running')) return undefined;
        survivors = this.#survivors(bracket, rung);
      }
    }
    return undefined;
  }

  /** Those of a rung that have a figure, the best first. */
  #survivors(bracket: number, rung: number): Trial[] {
    return ranked(
      this.#on(bracket, rung).filter(({ status }) => status === 'finished'),
      (trial) => this.#costOf(trial),
    );
  }

  #on(bracket: number, rung: number): Trial[] {
    return this.#trials.filter((trial) => trial.bracket === bracket && trial.rung === rung);
  }

  #suggest(place: Pick<Trial, 'bracket' | 'rung' | 'budget'>): Asked<S> | undefined {
    const index = this.#trials.filter(({ rung = 0 }) => rung === 0).length;
    const configuration = this.options.propose({
      space: this.options.space,
      index,
      trials: this.#trials
        .filter(({ status }) => status !== 'running')
        .map((trial) => ({ ...trial, cost: this.#costOf(trial) })),
      random: this.#random.child(`configuration ${index}`),
      common: this.#random,
    });
    this.#isExhausted = configuration === undefined;
    return configuration && this.#add({ configuration, ...place });
  }

  #add(trial: Omit<Trial, 'number' | 'status'>): Asked<S> {
    const added: Trial = { number: this.#trials.length, status: 'running', ...trial };
    this.#trials.push(added);
    return added as Asked<S>;
  }

  #end(number: number, end: Pick<Trial, 'status' | 'value' | 'reason'>): void {
    const trial = this.#trials[number];
    if (trial?.status !== 'running')
      throw new AdjointError(
        'OPTIONS_INVALID',
        `study: trial ${number} is ${trial ? `already ${trial.status}` : 'unknown'}; tell the figure of a trial that ask gave, once.`,
      );
    this.#trials[number] = { ...trial, ...end };
  }

  #costOf({ value }: Trial): number {
    return value === undefined ? Infinity : this.goal === 'minimize' ? value : -value;
  }
}

function ranked(trials: readonly Trial[], costOf: (trial: Trial) => number): Trial[] {
  const costs = new Map(trials.map((trial) => [trial, costOf(trial)]));
  return trials.toSorted((a, b) => {
    const [x, y] = [costs.get(a)!, costs.get(b)!];
    return x === y ? a.number - b.number : x < y ? -1 : 1;
  });
}

function lengthOf({ length }: string): number {
  return length;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Trials shown when a study is printed. */
const shown = 10;

inspectable(Study, (study) => {
  const lines = study
    .table()
    .split('\n')
    .slice(0, shown + 1);
  const left = study.trials.length - shown;
  return [
    `Study of ${study.trials.length} trials, ${study.isDone ? 'done' : 'not done'}; the best first`,
    ...lines.map((line) => `  ${line}`),
    ...(left > 0 ? [`  … and ${left} more; study.table() lists all`] : []),
  ].join('\n');
});
