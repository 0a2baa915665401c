import { isFloat } from '@adjoint/core';
import { distinctExpressions, type Expression, type LoopProgram } from '@adjoint/core/backend';
import { cTypes, guardText, indexText, literal, numerator } from './c-text.js';
import { binaryText, callText, castText, unaryText } from './operations.js';

/** Writes C statements that compute expressions at one point of the nest, where i0, i1, … are its indices. */
export class PointWriter {
  readonly #statements: string[] = [];
  #names = new Map<Expression, string>();

  /** `result` is the expression of the reduction's value; `prefix` keeps names apart from those of other points. */
  constructor(
    readonly program: LoopProgram,
    readonly result = '',
    readonly prefix = 't',
  ) {}

  /** The C expression of a value, for which statements may have been written. */
  value(expression: Expression): string {
    const known = this.#names.get(expression);
    if (known !== undefined) return known;
    const text = this.#text(expression);
    if (expression.kind === 'constant' || expression.kind === 'result') return text;
    const name = `${this.prefix}${this.#statements.length}`;
    this.#statements.push(`const ${cTypes[expression.dtype]} ${name} = ${text};`);
    this.#names.set(expression, name);
    return name;
  }

  statement(text: string): void {
    this.#statements.push(text);
  }

  toString(): string {
    return this.#statements.join('\n');
  }

  #text(expression: Expression): string {
    switch (expression.kind) {
      case 'constant':
        return literal(expression.value, expression.dtype);
      case 'result':
        return this.result;
      case 'index':
        return `(int32_t)${indexText(expression.index)}`;
      case 'load': {
        const { buffer, index, dynamic, dtype } = expression;
        if (!dynamic) return `b${buffer}[${indexText(index)}]`;
        const position = this.value(dynamic.value);
        const missing = literal(isFloat(dtype) ? NaN : 0, dtype);
        return `(uint32_t)${position} < ${dynamic.extent}u ? b${buffer}[${indexText(index)} + ${position} * ${dynamic.stride}l] : ${missing}`;
      }
      case 'unary':
        return unaryText(expression.operation, expression.x.dtype, this.value(expression.x));
      case 'binary': {
        const [x, y] = [this.value(expression.x), this.value(expression.y)];
        return binaryText(expression.operation, expression.x.dtype, x, y, expression.y);
      }
      case 'call': {
        const operands = expression.operands.map((operand) => this.value(operand));
        return callText(expression.function.name, expression.dtype, operands);
      }
      case 'select': {
        const [condition, x, y] = [expression.condition, expression.x, expression.y].map((part) => this.value(part));
        return `${condition} ? ${x} : ${y}`;
      }
      case 'cast':
        return castText(this.value(expression.x), expression.x.dtype, expression.dtype);
      case 'guard': {
        const name = `${this.prefix}${this.#statements.length}g`;
        this.#statements.push(
          `${cTypes[expression.dtype]} ${name} = ${literal(expression.otherwise, expression.dtype)};`,
        );
        this.#statements.push(`if (${guardText(expression.guards)}) {`);
        // Values computed inside the branch are not defined outside it.
        const outside = new Map(this.#names);
        const inside = this.value(expression.x);
        this.#statements.push(`${name} = ${inside};`, '}');
        this.#names = outside;
        return name;
      }
      case 'random': {
        const [low, high, counter] = expression.key.map((word) => this.value(word));
        return `adjoint_threefry(${indexText(expression.index)}, ${counter}, ${low}, ${high})`;
      }
    }
  }
}

/** Statements of a program's stores at one point; all values are computed before the first is stored. */
export function storesText(program: LoopProgram, result = ''): string {
  const writer = new PointWriter(program, result, 'e');
  const values = program.stores.map((store) => writer.value(store.value));
  program.stores.forEach(({ buffer, index, scatter }, i) => {
    if (!scatter) return writer.statement(`b${buffer}[${indexText(index)}] = ${values[i]};`);
    const position = writer.value(scatter.value);
    writer.statement(
      `if ((uint32_t)${position} < ${scatter.extent}u) b${buffer}[${numerator(index)} + ${position} * ${scatter.stride}l] += ${values[i]};`,
    );
  });
  return writer.toString();
}

/** Declarations of the program's buffers as b0, b1, … */
export function buffersText({ buffers, stores }: LoopProgram): string {
  const written = new Set(stores.map(({ buffer }) => buffer));
  return buffers
    .map((dtype, i) => {
      const type = `${written.has(i) ? '' : 'const '}${cTypes[dtype]}`;
      return `${type} *const b${i} = (${type} *)buffers[${i}]; (void)b${i};`;
    })
    .join('\n');
}

/** Whether neighbours can be computed together: without branches that one of them takes and another does not. */
export function isBranchless(expressions: readonly Expression[]): boolean {
  return distinctExpressions(expressions).every(
    (expression) => expression.kind !== 'guard' && !(expression.kind === 'load' && expression.dynamic),
  );
}

/** Whether values depend on the index itself, and not only on what is stored there. */
export function asksForIndex(expressions: readonly Expression[]): boolean {
  return distinctExpressions(expressions).some(({ kind }) => kind === 'guard' || kind === 'index');
}
