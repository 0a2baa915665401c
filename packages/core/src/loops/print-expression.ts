import type { DType } from '../tensor/dtype.js';
import type { BinaryOperation, DynamicIndex, Expression, Index, UnaryOperation } from './loop-program.js';
import { printGuard, printIndex } from './print-index.js';
import { childrenOf, distinctExpressions } from './rewrite-expression.js';

/** Longer expressions get a line of their own. */
const longest = 60;

/** How tightly a text holds together; an operand that binds less than its operator is put in parentheses. */
const binding = { choice: 0, or: 1, and: 2, comparison: 3, sum: 4, product: 5, sign: 6, atom: 7 } as const;

interface Text {
  readonly text: string;
  readonly binding: number;
}

const infix: Partial<Record<BinaryOperation, readonly [symbol: string, binding: number]>> = {
  add: ['+', binding.sum],
  sub: ['−', binding.sum],
  mul: ['·', binding.product],
  div: ['/', binding.product],
  equal: ['=', binding.comparison],
  notEqual: ['≠', binding.comparison],
  less: ['<', binding.comparison],
  lessEqual: ['≤', binding.comparison],
  greater: ['>', binding.comparison],
  greaterEqual: ['≥', binding.comparison],
  and: ['and', binding.and],
  or: ['or', binding.or],
  xor: ['xor', binding.or],
};

const shortNames: Partial<Record<BinaryOperation, string>> = { maximum: 'max', minimum: 'min' };
const signs: Partial<Record<UnaryOperation, string>> = { neg: '−', not: 'not ' };

interface Names {
  bufferName(buffer: number): string;
  /** A new name at each call. */
  nextName(): string;
}

/**
 * Prints the expressions of one level of a nest. What is used several times, or is long, becomes a definition: a line that
 * stands before those that use it.
 */
export class ExpressionPrinter {
  /** Lines such as `t0 = exp(x[i])`, in the order in which they must stand. */
  readonly definitions: string[] = [];
  readonly #texts = new Map<Expression, Text>();
  readonly #isNamed: (expression: Expression) => boolean;

  /** `expressions` are all that will be printed; those in `named` get names in any case. */
  constructor(
    expressions: readonly Expression[],
    readonly names: Names,
    named: ReadonlySet<Expression> = new Set(),
  ) {
    const uses = new Map<Expression, number>();
    const count = (used: Expression): void => void uses.set(used, (uses.get(used) ?? 0) + 1);
    expressions.forEach(count);
    distinctExpressions(expressions).forEach((user) => childrenOf(user).forEach(count));
    const isShort = ({ kind }: Expression): boolean => ['constant', 'result', 'index', 'load'].includes(kind);
    this.#isNamed = (expression) => named.has(expression) || (uses.get(expression)! > 1 && !isShort(expression));
  }

  print(expression: Expression): string {
    return this.#textOf(expression).text;
  }

  /** An element of a buffer. */
  element(buffer: number, index: Index, dynamic?: DynamicIndex): string {
    const shift = dynamic && product(String(dynamic.stride), this.#operand(dynamic.value));
    const linear = printIndex(index);
    const terms = dynamic?.stride === 1 ? [linear, shift] : [shift, linear];
    const place = shift === undefined ? linear : terms.filter((term) => term !== '0').join(' + ');
    return `${this.names.bufferName(buffer)}[${place}]`;
  }

  #textOf(expression: Expression): Text {
    const known = this.#texts.get(expression);
    if (known) return known;
    const built = this.#build(expression);
    const text = this.#isNamed(expression) ? this.#define(built) : built;
    this.#texts.set(expression, text);
    return text;
  }

  #define({ text }: Text): Text {
    const name = this.names.nextName();
    this.definitions.push(`${name} = ${text}`);
    return atom(name);
  }

  /** A part of a larger expression. */
  #operand(expression: Expression): Text {
    const text = this.#textOf(expression);
    if (text.text.length <= longest) return text;
    const defined = this.#define(text);
    this.#texts.set(expression, defined);
    return defined;
  }

  #build(expression: Expression): Text {
    const inner = (part: Expression): string => this.#operand(part).text;
    switch (expression.kind) {
      case 'constant':
        return printConstant(expression.value, expression.dtype);
      case 'load':
        return atom(this.element(expression.buffer, expression.index, expression.dynamic));
      case 'index':
        return { text: printIndex(expression.index), binding: binding.sum };
      case 'result':
        return atom('result');
      case 'unary': {
        const sign = signs[expression.operation];
        if (sign === undefined) return atom(`${expression.operation}(${inner(expression.x)})`);
        return { text: `${sign}${wrapped(this.#operand(expression.x), binding.sign)}`, binding: binding.sign };
      }
      case 'binary':
        return this.#binary(expression.operation, this.#operand(expression.x), this.#operand(expression.y));
      case 'call':
        return atom(`${expression.function.name}(${expression.operands.map(inner).join(', ')})`);
      case 'select':
        return this.#choice(
          wrapped(this.#operand(expression.condition), binding.or),
          expression.x,
          this.#operand(expression.y),
        );
      case 'guard': {
        const condition = expression.guards.map(printGuard).join(' and ');
        return this.#choice(condition, expression.x, printConstant(expression.otherwise, expression.dtype));
      }
      case 'cast':
        return atom(`${expression.dtype}(${inner(expression.x)})`);
      case 'random': {
        const key = expression.key.map(inner).join(', ');
        return atom(`random(${printIndex(expression.index)}; ${key})`);
      }
    }
  }

  #binary(operation: BinaryOperation, x: Text, y: Text): Text {
    const operator = infix[operation];
    if (!operator) return atom(`${shortNames[operation] ?? operation}(${x.text}, ${y.text})`);
    const [symbol, level] = operator;
    // The order of additions decides how they are rounded, so the right operand keeps its parentheses.
    return { text: `${wrapped(x, level)} ${symbol} ${wrapped(y, level + 1)}`, binding: level };
  }

  #choice(condition: string, x: Expression, otherwise: Text): Text {
    const value = wrapped(this.#operand(x), binding.or);
    return { text: `${condition} ? ${value} : ${wrapped(otherwise, binding.or)}`, binding: binding.choice };
  }
}

function atom(text: string): Text {
  return { text, binding: binding.atom };
}

function wrapped({ text, binding: own }: Text, needed: number): string {
  return own < needed ? `(${text})` : text;
}

function product(factor: string, value: Text): string {
  return factor === '1' ? wrapped(value, binding.sum) : `${factor}·${wrapped(value, binding.sign)}`;
}

/** The shortest decimal number that means the same in float32, if that is the dtype. */
function printConstant(value: number, dtype: DType): Text {
  const magnitude = Math.abs(value);
  const shortest =
    dtype === 'float32'
      ? ([1, 2, 3, 4, 5, 6, 7, 8]
          .map((digits) => Number(magnitude.toPrecision(digits)))
          .find((short) => Math.fround(short) === Math.fround(magnitude)) ?? magnitude)
      : magnitude;
  const text = magnitude === Infinity ? '∞' : String(shortest);
  return value < 0 || Object.is(value, -0) ? { text: `−${text}`, binding: binding.sign } : atom(text);
}
