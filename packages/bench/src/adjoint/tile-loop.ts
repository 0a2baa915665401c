import { tileLoop } from '@adjoint/backend-wasm/tile';
import type { Builder } from '../program.js';
import { TILE_LOOP } from '../works.js';

export const buildTileLoop: Builder = async () => {
  const loop = await tileLoop({ depth: TILE_LOOP.depth });
  return { run: () => loop.run(TILE_LOOP.tiles), check: () => loop.result[0]! };
};
