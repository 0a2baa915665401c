import { AdjointError } from '@adjoint/core';
import { evenly } from '../evenly.js';
import type { Proposer } from './proposer.js';
import { sobolBits, sobolDimensions } from './sobol-sequence.js';
import { valueAt, type Dimension, type Plain } from './space.js';

/**
 * Every combination: all values of a choice, all whole numbers where there are at most `points`, else so many numbers at
 * equal distances with both ends.
 */
export function grid({ points = 5 }: { readonly points?: number } = {}): Proposer {
  return ({ space, index }) => {
    let rest = index;
    const entries = Object.entries(space).map(([name, dimension]) => {
      const values = gridValues(dimension, points);
      const value = values[rest % values.length]!;
      rest = Math.floor(rest / values.length);
      return [name, value] as const;
    });
    return rest > 0 ? undefined : Object.fromEntries(entries);
  };
}

function gridValues(dimension: Dimension, points: number): readonly Plain[] {
  if ('values' in dimension) return dimension.values;
  const { low, high, log, whole } = dimension;
  if (whole && high - low < points) return Array.from({ length: high - low + 1 }, (_, i) => low + i);
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const at = evenly('grid', [from, to], points).map((x) => (log ? Math.exp(x) : x));
  const inside = at.map((value) => Math.min(high, Math.max(low, whole ? Math.round(value) : value)));
  return [...new Set(inside)];
}

/** Independent draws (Bergstra & Bengio 2012). */
export function random(): Proposer {
  return ({ space, random: source }) =>
    Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, valueAt(dimension, source.uniform())]));
}

/**
 * The points of a Sobol sequence, which leave no large gaps, moved by a random digital shift; `sobolDimensions` options at
 * most.
 */
export function sobol(): Proposer {
  return ({ space, index, common }) => {
    const entries = Object.entries(space);
    if (entries.length > sobolDimensions)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `sobol: the space has ${entries.length} options; the sequence is known for ${sobolDimensions}. Use random or tpe.`,
      );
    return Object.fromEntries(
      entries.map(([name, dimension], d) => {
        const shift = common.child(`sobol ${d}`).integer(2 ** 32);
        return [name, valueAt(dimension, ((sobolBits(index, d) ^ shift) >>> 0) / 2 ** 32)];
      }),
    );
  };
}
