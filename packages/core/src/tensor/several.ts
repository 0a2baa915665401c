import { AdjointError } from '../errors.js';

/** One or more: what destructures without a doubt, as in `([x]) => x.relu()`. */
export type Several<T> = readonly [T, ...T[]];

/**
 * A list that is known to hold something.
 * @throws AdjointError `ATTRIBUTE_INVALID` for an empty one.
 */
export function severalOf<T>(list: readonly T[]): Several<T> {
  const [first, ...others] = list;
  if (list.length === 0) throw new AdjointError('ATTRIBUTE_INVALID', 'A list is empty; it must hold at least one.');
  return [first as T, ...others];
}

/** As `map` of a list. */
export function mapSeveral<T, U>([first, ...others]: Several<T>, map: (value: T, index: number) => U): Several<U> {
  return [map(first, 0), ...others.map((value, i) => map(value, i + 1))];
}
