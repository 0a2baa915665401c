import type { RandomSource } from '@adjoint/core';
import { normalBelow, normalQuantile } from '../statistics/distributions.js';
import type { Proposer, ProposerContext } from './proposer.js';
import { random } from './proposers.js';
import { placeOf, valueAt, type Dimension, type Plain, type Values } from './space.js';

export interface TpeOptions {
  /** Trials drawn at random before; 10 if not given. */
  readonly startup?: number;
  /** Share of the trials that count as good; 0.1 if not given (the paper's is 0.15). */
  readonly good?: number;
  /** Draws of which the most promising is taken; 24 if not given. */
  readonly candidates?: number;
}

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011): draws configurations from the density of the good trials, and
 * takes the one with the largest ratio to the density of the others; a density is a product over the options. Of trials with budgets it looks at the largest budget
 * that enough of them have, as Falkner et al. (2018) do.
 */
export function tpe({ startup = 10, good = 0.1, candidates = 24 }: TpeOptions = {}): Proposer {
  const atRandom = random();
  return (context) => {
    const trials = comparable(context.trials, startup);
    if (trials.length < startup) return atRandom(context);
    const sorted = trials.toSorted((a, b) => a.cost - b.cost || a.number - b.number);
    const count = Math.ceil(good * sorted.length);
    const [best, others] = [sorted.slice(0, count), sorted.slice(count)];
    const densities = Object.entries(context.space).map(([name, dimension]) => {
      const of = (from: typeof trials): Density =>
        densityOf(
          dimension,
          from.map(({ configuration }) => configuration[name]!),
        );
      return { name, dimension, likely: of(best), unlikely: of(others), source: context.random.child(name) };
    });
    let [chosen, largest]: [readonly number[], number] = [[], -Infinity];
    for (let i = 0; i < candidates; i++) {
      const places = densities.map(({ likely, source }) => likely.draw(source));
      const ratio = densities.reduce(
        (sum, { likely, unlikely }, d) => sum + Math.log(likely.at(places[d]!) / unlikely.at(places[d]!)),
        0,
      );
      if (ratio > largest) [chosen, largest] = [places, ratio];
    }
    return Object.fromEntries(densities.map(({ name, dimension }, d) => [name, valueAt(dimension, chosen[d]!)]));
  };
}

function comparable(trials: ProposerContext['trials'], enough: number): ProposerContext['trials'] {
  const budgets = [...new Set(trials.map(({ budget = 0 }) => budget))].sort((a, b) => b - a);
  const of = (budget: number): ProposerContext['trials'] => trials.filter((trial) => (trial.budget ?? 0) === budget);
  const largest = budgets.find((budget) => of(budget).length >= enough);
  return largest === undefined ? [] : of(largest);
}

/** A density over places in [0, 1). */
interface Density {
  at(place: number): number;
  draw(source: RandomSource): number;
}

function densityOf(dimension: Dimension, values: readonly Plain[]): Density {
  return 'values' in dimension
    ? countsOf(dimension, values)
    : parzenOf(values.map((value) => placeOf(dimension, value as number)));
}

/** Shares of values, each of which counts as seen once more, so that none is given up for bad luck at the start. */
function countsOf({ values }: Values, seen: readonly Plain[]): Density {
  const texts = values.map((value) => JSON.stringify(value));
  const shares = texts.map(
    (text) => (1 + seen.filter((value) => JSON.stringify(value) === text).length) / (seen.length + values.length),
  );
  return {
    at: (place) => shares[Math.floor(place * shares.length)]!,
    draw(source) {
      let draw = source.uniform();
      const found = shares.findIndex((share) => (draw -= share) < 0);
      return ((found < 0 ? shares.length - 1 : found) + 0.5) / shares.length;
    },
  };
}

/**
 * A mixture of normal densities cut to [0, 1), one around each place and a wide one for all of it. Each is as wide as the
 * larger distance to its neighbours.
 */
function parzenOf(places: readonly number[]): Density {
  const sorted = [...places, 0.5].sort((a, b) => a - b);
  const narrowest = 1 / Math.min(100, sorted.length + 1);
  let hasPrior = false;
  const parts = sorted.map((mean, i) => {
    const isPrior = mean === 0.5 && !hasPrior;
    hasPrior ||= isPrior;
    const distance = Math.max(mean - (sorted[i - 1] ?? mean), (sorted[i + 1] ?? mean) - mean);
    const width = isPrior ? 1 : Math.min(1, Math.max(narrowest, distance));
    const [low, high] = [normalBelow(-mean / width), normalBelow((1 - mean) / width)];
    return { mean, width, low, inside: high - low };
  });
  return {
    at: (place) =>
      parts.reduce((sum, { mean, width, inside }) => {
        const z = (place - mean) / width;
        return sum + Math.exp((-z * z) / 2) / (width * inside * Math.sqrt(2 * Math.PI));
      }, 0) / parts.length,
    draw(source) {
      const { mean, width, low, inside } = parts[source.integer(parts.length)]!;
      const z = normalQuantile(low + (1 - source.uniform()) * inside);
      return Math.min(1 - 2 ** -53, Math.max(0, mean + width * z));
    },
  };
}
