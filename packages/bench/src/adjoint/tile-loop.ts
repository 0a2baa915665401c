import { tileLoop } from '@adjoint/backend-wasm/tile';
import type { Builder } from '../program.js';
import { TILES_PER_RUN } from '../works.js';

export const buildTileLoop: Builder = async () => {
  const loop = await tileLoop();
  return { run: () => loop.run(TILES_PER_RUN), check: () => loop.flopsPerTile };
};
