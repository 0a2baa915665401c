import { indexKey } from '../../loops/index-expression.js';
import type { Expression, Index, LoopProgram } from '../../loops/loop-program.js';
import { childrenOf } from '../../loops/rewrite-expression.js';

/**
 * A key under which programs with the same code meet: everything but the extents of the first axis and of the first
 * reduction axis, which a kernel gets at run time. Shared expressions are written once, so the key stays short.
 */
export function programKey({ extents, parallel, reduction, stores, buffers }: LoopProgram): string {
  const numbers = new Map<Expression, number>();
  const parts: string[] = [];
  const number = (expression: Expression): number => {
    const known = numbers.get(expression);
    if (known !== undefined) return known;
    const children = childrenOf(expression).map(number);
    numbers.set(expression, numbers.size);
    parts.push(`${describe(expression)}(${children.join(',')})`);
    return numbers.size - 1;
  };
  const roots = [
    ...(reduction
      ? [
          `${reduction.operation}${reduction.scan ? 's' : ''}${reduction.reverse ? 'r' : ''}[?,${reduction.extents.slice(1).join(',')}]${reduction.extents.length}:${number(reduction.value)}${reduction.payload ? `,${number(reduction.payload)}` : ''}`,
        ]
      : []),
    ...stores.map(
      ({ buffer, index, value, scatter }) =>
        `${buffer}@${indexKey(index)}=${number(value)}${scatter ? `+${number(scatter.value)}*${scatter.stride}<${scatter.extent}` : ''}`,
    ),
  ];
  return [
    buffers.join(','),
    `[?,${extents.slice(1).join(',')}]${extents.length}/${parallel}`,
    parts.join(';'),
    roots.join(';'),
  ].join('|');
}

/** −0 is another number than 0. */
function numberKey(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function describe(expression: Expression): string {
  const { kind, dtype } = expression;
  switch (kind) {
    case 'constant':
      return `${dtype}${numberKey(expression.value)}`;
    case 'load':
      return `${dtype}${expression.buffer}@${indexKey(expression.index)}${expression.dynamic ? `*${expression.dynamic.stride}<${expression.dynamic.extent}` : ''}`;
    case 'index':
    case 'random':
      return `${kind}${indexKey(expression.index)}`;
    case 'guard':
      return `guard${dtype}${expression.guards.map((guard: { index: Index; extent: number }) => `${indexKey(guard.index)}<${guard.extent}`).join('&')}:${numberKey(expression.otherwise)}`;
    case 'unary':
    case 'binary':
      return `${expression.operation}${dtype}`;
    case 'call':
      return `${expression.function.name}()${dtype}`;
    case 'select':
    case 'cast':
    case 'result':
      return `${kind}${dtype}`;
  }
}
