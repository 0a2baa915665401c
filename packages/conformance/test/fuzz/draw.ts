import { allocateArray, RandomSource, sizeOf, type DType, type HostTensor, type Shape } from '@adjoint/core';

/** A tensor among arguments: each engine makes one of its own of it. */
export class TensorArgument {
  constructor(
    readonly value: HostTensor,
    /** The value is broadcast to this shape, which may be larger than memory. */
    readonly spread?: Shape,
  ) {}
}

/** What a caller who does not read types may pass, and each engine makes itself. */
export class OtherArgument {
  constructor(readonly what: 'variable' | 'tensor of another engine' | 'promise of a tensor') {}
}

const specials = [0, -0, 1, -1, Infinity, -Infinity, NaN, 1e30, -1e-30, 3.4e38, 1e-45, 0.5, 2.5, -1.5, 88.8, 1e308];
const wholes = [0, 1, -1, 2, 2 ** 31 - 1, -(2 ** 31), 65_536, 46_341];

/** What no operation expects, of every kind. */
const strange: readonly unknown[] = [
  undefined,
  null,
  '',
  'abc',
  '1',
  true,
  NaN,
  Infinity,
  -Infinity,
  -0,
  -1,
  0.5,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 40),
  7n,
  Symbol('strange'),
  {},
  [],
  [[]],
  [[1, 2]],
  [undefined],
  [NaN],
  [1.5],
  [-1],
  [2 ** 31],
  ['1'],
  [null, null],
  { shape: [2], dtype: 'float32' },
  { data: new Float32Array(2), shape: [2], dtype: 'float32' },
  new Float32Array(3),
  new BigInt64Array(1),
  new Map(),
  new Date(0),
  () => undefined,
  Map,
  Object.create(null),
  new OtherArgument('variable'),
  new OtherArgument('tensor of another engine'),
  new OtherArgument('promise of a tensor'),
];

/** Random choices of one call; a function of the seed. */
export class Draw {
  constructor(readonly random: RandomSource) {}

  /** A whole number from `low` to `high`. */
  int(low: number, high: number): number {
    return low + this.random.integer(high - low + 1);
  }

  /** Once in `n` times. */
  once(n: number): boolean {
    return this.random.integer(n) === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.random.integer(choices.length)]!;
  }

  list<T>(length: number, make: (i: number) => T): T[] {
    return Array.from({ length }, (_, i) => make(i));
  }

  /** Mostly left out. */
  maybe<T>(make: () => T): T | undefined {
    return this.once(2) ? make() : undefined;
  }

  extent(): number {
    return this.pick([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 8, 9]);
  }

  shape(least = 0, most = 4): number[] {
    const shape = this.list(this.int(least, most), () => this.extent());
    // Rows that fill vectors and threads.
    if (shape.length > 0 && this.once(12)) shape[this.int(0, shape.length - 1)] = this.pick([31, 64, 130, 257]);
    return shape;
  }

  dtype(): DType {
    return this.pick(['float32', 'float32', 'float32', 'float32', 'float64', 'float64', 'int32', 'bool']);
  }

  /** An axis of a rank; now and then none of it. */
  axis(rank: number): number {
    return this.once(15) ? this.int(-rank - 2, rank + 2) : rank === 0 ? 0 : this.int(-rank, rank - 1);
  }

  axes(rank: number): number | number[] | undefined {
    if (this.once(4)) return undefined;
    if (this.once(3)) return this.axis(rank);
    return this.list(this.int(0, rank), () => this.axis(rank));
  }

  number(): number {
    return this.once(4) ? this.pick(specials) : this.int(-16, 16) / 4;
  }

  value(dtype: DType, hard: boolean): number {
    if (dtype === 'bool') return this.int(0, 1);
    if (dtype === 'int32') return hard && this.once(6) ? this.pick(wholes) : this.int(-9, 9);
    if (hard && this.once(5)) return this.pick(specials);
    return this.once(2) ? this.int(-16, 16) / 4 : this.random.uniform() * 6 - 3;
  }

  host(shape: Shape, dtype: DType): HostTensor {
    const data = allocateArray(dtype, sizeOf(shape));
    const hard = this.once(4);
    for (let i = 0; i < data.length; i++) data[i] = this.value(dtype, hard);
    return { data, shape, dtype };
  }

  tensor(shape: Shape = this.shape(), dtype: DType = this.dtype()): TensorArgument {
    // A tensor of a size that no memory holds, made of one number.
    if (this.once(60))
      return new TensorArgument(
        this.host([], dtype),
        this.pick([[2 ** 31 - 1], [2 ** 16, 2 ** 14], [1, 2 ** 30, 1], [0, 2 ** 30], [2 ** 25, 3]]),
      );
    return new TensorArgument(this.host(shape, dtype));
  }

  /** Integers that mostly lie in 0 … below − 1. */
  indices(shape: Shape, below: number): TensorArgument {
    const data = Int32Array.from({ length: sizeOf(shape) }, () =>
      this.once(30) ? this.int(-2, below + 2) : this.int(0, Math.max(0, below - 1)),
    );
    return new TensorArgument({ data, shape, dtype: 'int32' });
  }

  /** A shape that mostly broadcasts with another. */
  partner(shape: Shape): number[] {
    if (this.once(8)) return this.shape();
    const other = shape.slice(this.int(0, shape.length)).map((extent) => (this.once(4) ? 1 : extent));
    return this.once(8) ? [this.int(1, 3), ...other] : other;
  }

  /** Two operands that mostly go together, one of them a number at times. */
  pair(dtype: DType = this.dtype()): [unknown, unknown] {
    const shape = this.shape();
    const first = this.tensor(shape, dtype);
    const second = this.once(5)
      ? this.number()
      : this.tensor(this.partner(shape), this.once(12) ? this.dtype() : dtype);
    return this.once(2) ? [first, second] : [second, first];
  }

  strange(): unknown {
    return this.pick(strange);
  }

  /** The arguments as a careless caller passes them: one of them, or a part of one, is something else. */
  spoil(args: readonly unknown[]): unknown[] {
    const spoilt = [...args];
    const place = this.int(0, args.length);
    const victim = spoilt[place];
    const isRecord = typeof victim === 'object' && victim !== null && !(victim instanceof TensorArgument);
    if (isRecord && Object.keys(victim).length > 0 && this.once(2)) {
      const part = { [this.pick(Object.keys(victim))]: this.strange() };
      spoilt[place] = Object.assign(Array.isArray(victim) ? [...(victim as unknown[])] : { ...victim }, part);
    } else if (this.once(6)) spoilt.splice(place, 1);
    else spoilt[place] = this.strange();
    return spoilt;
  }
}
