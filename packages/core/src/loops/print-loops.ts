import type { Expression, LoopProgram, Reduction } from './loop-program.js';
import { indexRange } from './index-expression.js';
import { ExpressionPrinter } from './print-expression.js';
import { axisName } from './print-index.js';

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
    const note =
      parallel === extents.length
        ? ''
        : `  // ${
            parallel === 0
              ? 'none'
              : `only ${extents
                  .slice(0, parallel)
                  .map((_, i) => axisName(i))
                  .join(', ')}`
          } in parallel`;
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
    const printer = this.#printer(stores.flatMap(({ value, scatter }) => (scatter ? [value, scatter.value] : [value])));
    const lines = stores.map(({ buffer, index, value, scatter }) => {
      const element = printer.element(buffer, index, scatter);
      return `${element} ${scatter ? '+=' : '='} ${printer.print(value)}`;
    });
    return [...printer.definitions, ...lines];
  }

  #printer(expressions: readonly Expression[]): ExpressionPrinter {
    const { stores } = this.program;
    return new ExpressionPrinter(expressions, {
      bufferName: (buffer) => this.names[buffer] ?? `b${buffer}`,
      nextName: () => `t${this.#definitions++}`,
      // All values are computed before the first is stored.
      isOverwritten: (buffer) => stores.length > 1 && stores.some((store) => store.buffer === buffer),
    });
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
