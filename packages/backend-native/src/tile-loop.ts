import koffi from 'koffi';
import { defaultCompiler, findCompiler } from './library/c-compiler.js';
import { defaultCacheDirectory, LibraryCache } from './library/library-cache.js';
import { NativeBuffer } from './native-buffer.js';
import { renderUnit } from './source-file.js';
import { scalarLanes } from './contraction/tiling.js';
import { renderTile } from './contraction/tile.js';

/** The register tile alone, over panels that stay in the first-level cache: what contractions could reach at most. */
export interface TileLoop {
  /** Rows and columns of a tile. */
  readonly rows: number;
  readonly columns: number;
  /** Computes so many tiles, each 2·rows·columns·depth floating-point operations. */
  run(tiles: number): void;
  /** The tile that the last run computed, row by row: every element is depth/4. */
  readonly result: Float32Array;
}

/** Compiles the loop for panels of `depth` rows; 128 rows fill 24 KiB with vectors of 512 bits. */
export async function tileLoop({ depth = 128 } = {}): Promise<TileLoop> {
  const cache = new LibraryCache(defaultCacheDirectory(), findCompiler(defaultCompiler()));
  const { unit } = cache.compiler;
  const columns = 2 * unit.lanes;
  const rows = scalarLanes(columns, unit);
  const stride = Math.ceil(rows / unit.lanes) * unit.lanes;
  const tile = renderTile('tile', columns, unit.lanes, {
    offsets: Array.from({ length: rows }, (_, row) => row),
    loops: [{ extent: 0, step: stride }],
  });
  const loop = `void tile_loop(const float *v, const float *s, float *t, int64_t tiles) {
for (int64_t i = 0; i < tiles; i++) tile(v, s, ${depth}, t, 0);
}`;
  const library = koffi.load(await cache.library(renderUnit([tile, loop], unit)));
  const run = library.func('void tile_loop(void *, void *, void *, int64_t)');
  const [vectors, scalars, result] = [depth * columns, depth * stride, rows * columns].map(
    (elements) => new NativeBuffer(4 * elements),
  ) as [NativeBuffer, NativeBuffer, NativeBuffer];
  for (const { memory, offset, bytes } of [vectors, scalars]) new Float32Array(memory, offset, bytes / 4).fill(0.5);
  return {
    rows,
    columns,
    run: (tiles) => void run(vectors.address, scalars.address, result.address, tiles),
    result: new Float32Array(result.memory, result.offset, rows * columns),
  };
}
