import { add, i32, load, mul, op, type Callable, type ModuleBuilder } from '../assembler/index.js';

/**
 * Rows and columns of the register tile: eight accumulators cover the latency of a multiply-add (docs/performance.md).
 */
export const TILE = { rows: 4, columns: 8, bytes: 4 * 8 * 4 } as const;

const tileParameters = { left: 'i32', right: 'i32', depth: 'i32', out: 'i32', accumulate: 'i32' } as const;

/**
 * Adds `tile`: out[4][8] (+)= Σₖ left[k][4]·right[k][8] for k < depth. A function of its own that is called for
 * each tile, as engines switch to optimised code only when a function is called again.
 */
export function defineTile(module: ModuleBuilder, relaxed: boolean): Callable<typeof tileParameters, 'void'> {
  return module.define('tile', tileParameters, (f, { left, right, depth, out, accumulate }) => {
    const sums = Array.from({ length: 8 }, () => f.local('v128'));
    f.if(accumulate, () => sums.forEach((sum, i) => f.set(sum, load('v128.load', out, i * 16))));
    const [nextLeft, nextRight] = [f.let(left), f.let(right)];
    f.for(i32(0), depth, 1, () => {
      const columns = [f.let(load('v128.load', nextRight)), f.let(load('v128.load', nextRight, 16))];
      for (let row = 0; row < 4; row++) {
        const factor = f.let(load('v128.load32_splat', nextLeft, row * 4));
        columns.forEach((column, half) => {
          const sum = sums[row * 2 + half]!;
          f.set(
            sum,
            relaxed
              ? op('f32x4.relaxed_madd', factor, column, sum)
              : op('f32x4.add', sum, op('f32x4.mul', factor, column)),
          );
        });
      }
      f.set(nextLeft, add(nextLeft, i32(16)));
      f.set(nextRight, add(nextRight, i32(32)));
    });
    sums.forEach((sum, i) => f.store('v128.store', out, sum, i * 16));
  });
}

/**
 * Row panels that each column panel is multiplied with in turn: few enough to stay in the first-level cache beside it.
 */
const rowPanelsPerBlock = 3;

const multiplyParameters = {
  left: 'i32',
  leftPanelBytes: 'i32',
  rowPanels: 'i32',
  right: 'i32',
  rightPanelBytes: 'i32',
  columnPanels: 'i32',
  depth: 'i32',
  tiles: 'i32',
  accumulate: 'i32',
} as const;
export type MultiplyParameters = typeof multiplyParameters;

/**
 * Adds `multiply`: all tiles of packed panels. The tile of (column panel, row panel) stands at
 * tiles + (column·rowPanels + row)·128 bytes.
 */
export function defineMultiply(module: ModuleBuilder, relaxed: boolean): Callable<MultiplyParameters, 'void'> {
  const tile = defineTile(module, relaxed);
  return module.define('multiply', multiplyParameters, (f, parameters) => {
    const { rowPanels, leftPanelBytes, rightPanelBytes, columnPanels, depth, accumulate } = parameters;
    const columnBytes = f.let(mul(rowPanels, i32(TILE.bytes)));
    f.for(i32(0), rowPanels, rowPanelsPerBlock, (block) => {
      const blockLeft = f.let(add(parameters.left, mul(block, leftPanelBytes)));
      const end = f.let(add(block, i32(rowPanelsPerBlock)));
      f.if(op('i32.gt_s', end, rowPanels), () => f.set(end, rowPanels));
      const right = f.let(parameters.right);
      const column = f.let(add(parameters.tiles, mul(block, i32(TILE.bytes))));
      f.for(i32(0), columnPanels, 1, () => {
        const left = f.let(blockLeft);
        const out = f.let(column);
        f.for(block, end, 1, () => {
          f.call(tile, { left, right, depth, out, accumulate });
          f.set(left, add(left, leftPanelBytes));
          f.set(out, add(out, i32(TILE.bytes)));
        });
        f.set(right, add(right, rightPanelBytes));
        f.set(column, add(column, columnBytes));
      });
    });
  });
}
