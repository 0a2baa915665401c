import { call, i32, load, op, type Callable, type Code, type ModuleBuilder } from '../assembler/index.js';

/** Rows and columns of the register tile: eight accumulators cover the latency of a multiply-add (docs/performance.md). */
export const TILE = { rows: 4, columns: 8, bytes: 4 * 8 * 4 } as const;

type I32 = Code<'i32'>;
const add = (a: I32, b: I32): Code<'i32'> => op('i32.add', a, b);

/**
 * Adds tile(a, b, k, out, accumulate): out[4][8] (+)= Σₖ a[k][4]·b[k][8]. A function of its own, called once per tile:
 * engines replace a function's first, slow code only when it is entered again.
 */
export function defineTile(module: ModuleBuilder, relaxed: boolean) {
  return module.define('tile', ['i32', 'i32', 'i32', 'i32', 'i32'], 'void', (f, a, b, k, out, accumulate) => {
    const sums = Array.from({ length: 8 }, () => f.local('v128'));
    f.if(accumulate, () => sums.forEach((sum, i) => f.set(sum, load('v128.load', out, i * 16))));
    const left = f.let(a);
    const right = f.let(b);
    f.for(i32(0), k, 1, () => {
      const columns = [f.let(load('v128.load', right)), f.let(load('v128.load', right, 16))];
      for (let row = 0; row < 4; row++) {
        const factor = f.let(load('v128.load32_splat', left, row * 4));
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
      f.set(left, add(left, i32(16)));
      f.set(right, add(right, i32(32)));
    });
    sums.forEach((sum, i) => f.store('v128.store', out, sum, i * 16));
  });
}

/** Row panels that stay in the first cache while column panels pass by: as many bytes as leave room for one of these. */
const rowPanelsPerBlock = 3;

/**
 * Adds multiply(a, aPanelBytes, rowPanels, b, bPanelBytes, columnPanels, k, tiles, accumulate): all tiles of packed
 * panels; the tile of (column panel, row panel) stands at tiles + (column·rowPanels + row)·128 bytes.
 */
export function defineMultiply(module: ModuleBuilder, relaxed: boolean): Callable {
  const tile = defineTile(module, relaxed);
  return module.define(
    'multiply',
    ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
    'void',
    (f, a, aPanelBytes, rowPanels, b, bPanelBytes, columnPanels, k, tiles, accumulate) => {
      const columnBytes = f.let(op('i32.mul', rowPanels, i32(TILE.bytes)));
      f.for(i32(0), rowPanels, rowPanelsPerBlock, (block) => {
        const blockLeft = f.let(add(a, op('i32.mul', block, aPanelBytes)));
        const end = f.let(add(block, i32(rowPanelsPerBlock)));
        f.if(op('i32.gt_s', end, rowPanels), () => f.set(end, rowPanels));
        const right = f.let(b);
        const column = f.let(add(tiles, op('i32.mul', block, i32(TILE.bytes))));
        f.for(i32(0), columnPanels, 1, () => {
          const left = f.let(blockLeft);
          const out = f.let(column);
          f.for(block, end, 1, () => {
            f.do(call(tile, left, right, k, out, accumulate));
            f.set(left, add(left, aPanelBytes));
            f.set(out, add(out, i32(TILE.bytes)));
          });
          f.set(right, add(right, bPanelBytes));
          f.set(column, add(column, columnBytes));
        });
      });
    },
  );
}
