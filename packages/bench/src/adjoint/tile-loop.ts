import type { Builder } from '../program.js';
import { createTileLoop } from './backend.js';

const tiles = 2000;

export const buildTileLoop: Builder = async () => {
  if (!createTileLoop) throw new Error('This backend has no tile loop to measure.');
  const { depth, rows, columns, run, result } = await createTileLoop();
  return {
    flops: tiles * 2 * depth * rows * columns,
    run: () => run(tiles),
    // A quarter for each of the products, whatever the depth.
    check: () => result[0]! / depth,
  };
};
