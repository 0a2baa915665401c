import type {
  BinaryOperation,
  DynamicIndex,
  Expression,
  Index,
  LoopProgram,
  UnaryOperation,
} from '../loops/loop-program.js';
import { expandCalls } from '../loops/expand-calls.js';
import { childrenOf, distinctExpressions, expressionsOf } from '../loops/rewrite-expression.js';
import { AdjointError } from '../errors.js';
import { threefry2x32 } from '../random/threefry.js';
import { isFloat, type DType, type TypedArray } from '../tensor/dtype.js';
import { forEachIndex } from '../tensor/shape.js';
import { MemoryWatch } from './memory-watch.js';

/**
 * Executes a loop program to the letter, point by point, over one typed array per buffer (booleans in an `Int32Array`).
 * Every operation is rounded to its dtype; reductions add up in float64; functions are computed by their definitions. What a program may not do is an error: an index
 * that is not whole or leaves its buffer, a store where another step of the parallel axes reads or writes.
 * @throws AdjointError `LOOPS_INVALID`
 */
export function interpretLoops(program: LoopProgram, buffers: readonly TypedArray[]): void {
  new Interpreter(expandCalls(program), buffers).run();
}

const unary: Record<UnaryOperation, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  not: (x) => 1 - x,
};

const binary: Record<BinaryOperation, (x: number, y: number) => number> = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  maximum: Math.max,
  minimum: Math.min,
  equal: (x, y) => Number(x === y),
  notEqual: (x, y) => Number(x !== y),
  less: (x, y) => Number(x < y),
  lessEqual: (x, y) => Number(x <= y),
  greater: (x, y) => Number(x > y),
  greaterEqual: (x, y) => Number(x >= y),
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
};

class Interpreter {
  /** Place in the nest: the parallel axes, then those of the reduction. */
  readonly #point: number[];
  readonly #watch = new MemoryWatch();
  /** Expressions with several users. At each point they are computed once: definitions of functions are deeply shared. */
  readonly #shared: ReadonlySet<Expression>;
  readonly #values = new Map<Expression, number>();
  #result = 0;

  constructor(
    readonly program: LoopProgram,
    readonly buffers: readonly TypedArray[],
  ) {
    this.#point = new Array<number>(program.extents.length + (program.reduction?.extents.length ?? 0)).fill(0);
    const used = new Set<Expression>();
    const parts = distinctExpressions(expressionsOf(program)).flatMap(childrenOf);
    this.#shared = new Set(parts.filter((part) => used.has(part) || !used.add(part)));
  }

  run(): void {
    const { extents, parallel, reduction } = this.program;
    forEachIndex(extents, (index) => {
      this.#watch.thread = index.slice(0, parallel).reduce((flat, i, axis) => flat * extents[axis]! + i, 0);
      index.forEach((i, axis) => (this.#point[axis] = i));
      if (reduction?.scan) this.#scan();
      else {
        if (reduction) this.#result = this.#reduce();
        this.#store();
      }
    });
  }

  #reduce(): number {
    const { extents, operation, value, payload } = this.program.reduction!;
    let total = operation === 'sum' ? 0 : -Infinity;
    let picked = -1;
    this.#forEachReduced(extents, () => {
      if (operation === 'sum') total += this.#evaluate(value);
      else if (operation === 'max') total = Math.max(total, this.#evaluate(value));
      else {
        const place = this.#evaluate(payload!);
        const candidate = this.#evaluate(value);
        const wins = picked < 0 || candidate > total || (Number.isNaN(candidate) && !Number.isNaN(total));
        if (place >= 0 && wins) [picked, total] = [place, candidate];
      }
    });
    return operation === 'pick' ? picked : rounded(total, value.dtype);
  }

  #scan(): void {
    const { extents, value, reverse } = this.program.reduction!;
    const [length] = extents as [number];
    let total = 0;
    for (let step = 0; step < length; step++) {
      this.#point[this.program.extents.length] = reverse ? length - 1 - step : step;
      this.#values.clear();
      total += this.#evaluate(value);
      this.#result = rounded(total, value.dtype);
      this.#store();
    }
  }

  #forEachReduced(extents: readonly number[], visit: () => void): void {
    const first = this.program.extents.length;
    forEachIndex(extents, (index) => {
      index.forEach((i, axis) => (this.#point[first + axis] = i));
      this.#values.clear();
      visit();
    });
  }

  #store(): void {
    this.#values.clear();
    // Values come before the first store: a nest reads what was there when it came to this point.
    const values = this.program.stores.map((store) => this.#evaluate(store.value));
    this.program.stores.forEach(({ buffer, index, scatter }, i) => {
      const array = this.buffers[buffer]!;
      const shift = scatter ? this.#dynamic(scatter) : 0;
      if (shift === undefined) return;
      const at = this.#index(index) + shift;
      this.#checkPlace(array, at, 'store');
      this.#watch.write(array, at);
      array[at] = scatter ? array[at]! + values[i]! : values[i]!;
    });
  }

  #evaluate(expression: Expression): number {
    if (!this.#shared.has(expression)) return this.#compute(expression);
    const value = this.#values.get(expression) ?? this.#compute(expression);
    this.#values.set(expression, value);
    return value;
  }

  #compute(expression: Expression): number {
    switch (expression.kind) {
      case 'constant':
        return rounded(expression.value, expression.dtype);
      case 'result':
        return this.#result;
      case 'index':
        return this.#index(expression.index);
      case 'load': {
        const shift = expression.dynamic ? this.#dynamic(expression.dynamic) : 0;
        if (shift === undefined) return isFloat(expression.dtype) ? NaN : 0;
        const array = this.buffers[expression.buffer]!;
        const at = this.#index(expression.index) + shift;
        this.#checkPlace(array, at, 'load');
        this.#watch.read(array, at);
        return array[at]!;
      }
      case 'unary':
        return rounded(unary[expression.operation](this.#evaluate(expression.x)), expression.dtype);
      case 'binary': {
        const [x, y] = [this.#evaluate(expression.x), this.#evaluate(expression.y)];
        if (expression.operation === 'mul' && expression.dtype === 'int32') return Math.imul(x, y);
        return rounded(binary[expression.operation](x, y), expression.dtype);
      }
      case 'call':
        throw this.#invalid(`the function ${expression.function.name} is called, not expanded`);
      case 'select': {
        // Both sides: a load that may not be carried out needs a guard.
        const [condition, x, y] = [
          this.#evaluate(expression.condition),
          this.#evaluate(expression.x),
          this.#evaluate(expression.y),
        ];
        return condition === 0 ? y : x;
      }
      case 'cast':
        return converted(this.#evaluate(expression.x), expression.dtype);
      case 'guard': {
        const holds = expression.guards.every(({ index, extent }) => {
          const value = this.#quotient(index);
          return Number.isInteger(value) && value >= 0 && value < extent;
        });
        return holds ? this.#evaluate(expression.x) : rounded(expression.otherwise, expression.dtype);
      }
      case 'random': {
        const [low, high, counter] = expression.key.map((word) => this.#evaluate(word)) as [number, number, number];
        return threefry2x32(low, high, this.#index(expression.index), counter)[0]! | 0;
      }
    }
  }

  /** What a computed position adds to an index; `undefined` outside. */
  #dynamic({ value, stride, extent }: DynamicIndex): number | undefined {
    const position = this.#evaluate(value);
    return position >= 0 && position < extent ? position * stride : undefined;
  }

  #quotient({ offset, coefficients, divisor }: Index): number {
    return (
      coefficients.reduce((total, coefficient, axis) => total + coefficient * (this.#point[axis] ?? 0), offset) /
      divisor
    );
  }

  #index(index: Index): number {
    const value = this.#quotient(index);
    if (!Number.isInteger(value)) throw this.#invalid(`the index ${value} is not whole`);
    return value;
  }

  #checkPlace(array: TypedArray, at: number, what: string): void {
    if (at < 0 || at >= array.length)
      throw this.#invalid(`a ${what} at ${at} leaves its buffer of ${array.length} elements`);
  }

  #invalid(what: string): AdjointError {
    return new AdjointError('LOOPS_INVALID', `Loop program: at [${this.#point.join(', ')}] ${what}.`);
  }
}

/** The value as its dtype holds it. */
function rounded(value: number, dtype: DType): number {
  if (dtype === 'float32') return Math.fround(value);
  return dtype === 'int32' ? value | 0 : value;
}

/** Towards zero and saturating for int32, NaN to 0; x ≠ 0 for bool. */
function converted(value: number, dtype: DType): number {
  if (dtype === 'bool') return Number(value !== 0);
  if (dtype === 'int32') return Math.min(Math.max(Math.trunc(value), -(2 ** 31)), 2 ** 31 - 1) | 0;
  return rounded(value, dtype);
}
