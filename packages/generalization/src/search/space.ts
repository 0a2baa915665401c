import { AdjointError } from '@adjoint/core';

/** What an option may be in a file of trials. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [name: string]: Plain };

/** A number between two others. */
export interface NumberRange {
  readonly low: number;
  readonly high: number;
  /** Whether orders of magnitude are equally likely. */
  readonly log: boolean;
  /** Whether it is a whole number; both ends are then among them. */
  readonly whole: boolean;
}

/** One of several values. */
export interface Values<V extends Plain = Plain> {
  readonly values: readonly V[];
}

export type Dimension = NumberRange | Values;

/** The options that a search varies, by name; plain data. */
export type Space = Readonly<Record<string, Dimension>>;

/** One configuration of a space. */
export type Configuration<S extends Space> = {
  readonly [K in keyof S]: S[K] extends Values<infer V> ? V : number;
};

/** A number, each as likely. */
export function uniform(low: number, high: number): NumberRange {
  return rangeOf('uniform', { low, high, log: false, whole: false });
}

/** A number > 0 whose logarithm is uniform: a learning rate, the strength of a penalty. */
export function logUniform(low: number, high: number): NumberRange {
  return rangeOf('logUniform', { low, high, log: true, whole: false });
}

/** A whole number from low to high. */
export function whole(low: number, high: number): NumberRange {
  return rangeOf('whole', { low, high, log: false, whole: true });
}

/** A whole number > 0 whose logarithm is about uniform: a number of units. */
export function logWhole(low: number, high: number): NumberRange {
  return rangeOf('logWhole', { low, high, log: true, whole: true });
}

/** One of some values; also of compositions, losses or whole layers. */
export function oneOf<const V extends Plain>(...values: readonly V[]): Values<V> {
  if (values.length > 0) return { values };
  throw new AdjointError('OPTIONS_INVALID', 'oneOf: there is no value; give at least one.');
}

function rangeOf(who: string, range: NumberRange): NumberRange {
  const { low, high, log, whole: isWhole } = range;
  const fits = low < high && Number.isFinite(high - low) && (!log || low > 0);
  if (fits && (!isWhole || (Number.isInteger(low) && Number.isInteger(high)))) return range;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${who}: the range is ${low} to ${high}; give ${isWhole ? 'whole numbers' : 'numbers'}${log ? ' above 0' : ''}, the smaller first.`,
  );
}

/** The value at a place in [0, 1). */
export function valueAt(dimension: Dimension, place: number): Plain {
  if ('values' in dimension) return dimension.values[Math.floor(place * dimension.values.length)]!;
  const { low, whole: isWhole } = dimension;
  const [from, to] = endsOf(dimension);
  const scaled = from + place * (to - from);
  const value = dimension.log ? Math.exp(scaled) : scaled;
  return Math.min(dimension.high, Math.max(low, isWhole ? Math.floor(value) : value));
}

/** The place in [0, 1) of a number. */
export function placeOf(range: NumberRange, value: number): number {
  const [from, to] = endsOf(range);
  const inside = range.whole ? value + 0.5 : value;
  return Math.min(1 - 2 ** -53, Math.max(0, ((range.log ? Math.log(inside) : inside) - from) / (to - from)));
}

function endsOf({ low, high, log, whole: isWhole }: NumberRange): readonly [number, number] {
  const end = isWhole ? high + 1 : high;
  return log ? [Math.log(low), Math.log(end)] : [low, end];
}
