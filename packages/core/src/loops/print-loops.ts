import type { Expression, LoopProgram, Reduction } from './loop-program.js';
import { indexRange } from './index-expression.js';
import { ExpressionPrinter } from './print-expression.js';
import { axisName } from './print-index.js';
import { distinctExpressions } from './rewrite-expression.js';

/**
 * A loop program as text, such as `for i < 3: y[i] = max(x[i], 0)`. Loop variables are named i, j, k, … from the outside
 * in. Expressions that are used several times, or are long, get names t0, t1, ….
 * @param names of the buffers; `b0`, `b1`, … where there is none.
 */
export function printLoops(program: LoopProgram, names: readonly string[] = []): string {
  return new LoopPrinter(program, names).print().join('\n');
}

class LoopPrinter {
  #definitions = 0;

  constructor(
    readonly program: LoopProgram,
    readonly names: readonly string[],
  ) {}

  print(): string[] {
    const { extents, parallel, reduction } = this.program;
    const body = reduction ? this.#reduction(reduction) : this.#stores();
    const splittable = extents.slice(0, parallel).map((_, axis) => axisName(axis));
    const note =
      parallel === extents.length
        ? ''
        : `  // in parallel: ${splittable.length === 0 ? 'none' : splittable.join(', ')}`;
    return nest(extents, 0, body, note);
  }

  #reduction(reduction: Reduction): string[] {
    const { operation, extents, value, payload, scan, reverse } = reduction;
    const printer = this.#printer(payload ? [value, payload] : [value]);
    const text = printer.print(value);
    const start = { sum: '0', max: '−∞', pick: '−1' }[operation];
    const step = {
      sum: () => `result += ${text}`,
      max: () => `result = max(result, ${text})`,
      pick: () => {
        const condition = `${text} is the largest so far`;
        const picked = printer.print(payload!);
        return `if ${this.#mayBeNegative(payload!) ? `${picked} ≥ 0 and ` : ''}${condition}: result = ${picked}`;
      },
    }[operation]();
    const lines = [...printer.definitions, step];
    const stores = this.#stores();
    const first = this.program.extents.length;
    const direction = reverse ? ', from the last to the first' : '';
    return [
      `result = ${start}`,
      ...nest(extents, first, scan ? [...lines, ...stores] : lines, '', direction),
      ...(scan ? [] : stores),
    ];
  }

  #mayBeNegative(payload: Expression): boolean {
    const { extents, reduction } = this.program;
    return payload.kind !== 'index' || indexRange(payload.index, [...extents, ...(reduction?.extents ?? [])])[0] < 0;
  }

  #stores(): string[] {
    const { stores } = this.program;
    const values = stores.flatMap(({ value, scatter }) => (scatter ? [value, scatter.value] : [value]));
    const printer = this.#printer(values, this.#loadsOfOldValues());
    const lines = stores.map(({ buffer, index, value, scatter }) => {
      const element = printer.element(buffer, index, scatter);
      return `${element} ${scatter ? '+=' : '='} ${printer.print(value)}`;
    });
    return [...printer.definitions, ...lines];
  }

  /** Loads that would come after a store to the same memory: all values are computed before the first is stored. */
  #loadsOfOldValues(): Set<Expression> {
    const old = new Set<Expression>();
    const written = new Set<string>();
    for (const { buffer, value } of this.program.stores) {
      for (const part of distinctExpressions([value]))
        if (part.kind === 'load' && written.has(this.#bufferName(part.buffer))) old.add(part);
      written.add(this.#bufferName(buffer));
    }
    return old;
  }

  #bufferName(buffer: number): string {
    return this.names[buffer] ?? `b${buffer}`;
  }

  #printer(expressions: readonly Expression[], named?: ReadonlySet<Expression>): ExpressionPrinter {
    const bufferName = (buffer: number): string => this.#bufferName(buffer);
    return new ExpressionPrinter(expressions, { bufferName, nextName: () => `t${this.#definitions++}` }, named);
  }
}

/** Loops around a body: on one line with it if it is one line. */
function nest(
  extents: readonly number[],
  firstAxis: number,
  body: readonly string[],
  note: string,
  direction = '',
): string[] {
  if (extents.length === 0) return [...body];
  const loops = extents.map((extent, i) => `for ${axisName(firstAxis + i)} < ${extent}${direction}:`).join(' ');
  const [only, ...others] = body;
  if (others.length === 0) return [`${loops} ${only}${note}`];
  return [`${loops}${note}`, ...body.map((line) => `  ${line}`)];
}
