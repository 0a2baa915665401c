import { transform2d, type Combine, type Matrix } from '@adjoint/core/backend';
import { literal } from '../render/c-text.js';

/** Statements of M·X·Mᵀ for a matrix X of `size`² values that `load` reads. */
export function transformText(
  matrix: Matrix,
  size: number,
  load: (i: number, j: number) => string,
  store: (i: number, j: number, value: string) => string,
): string {
  const statements: string[] = [];
  let count = 0;
  const define = (value: string): string => {
    const name = `x${count++}`;
    statements.push(`const vf ${name} = ${value};`);
    return name;
  };
  const combine: Combine<string> = (terms) => {
    const [[weight, value], ...rest] = terms as [readonly [number, string], ...(readonly [number, string])[]];
    if (weight === 1 && rest.length === 0) return value;
    const first = weight === 1 ? value : weight === -1 ? `-${value}` : `${literal(weight, 'float32')} * ${value}`;
    const others = rest.map(
      ([w, x]) => ` ${w < 0 ? '-' : '+'} ${Math.abs(w) === 1 ? '' : `${literal(Math.abs(w), 'float32')} * `}${x}`,
    );
    return define(first + others.join(''));
  };
  const x = Array.from({ length: size }, (_, i) => Array.from({ length: size }, (_, j) => define(load(i, j))));
  const y = transform2d(matrix, x, combine);
  y.forEach((row, i) => row.forEach((value, j) => statements.push(store(i, j, value))));
  return statements.join('\n');
}
