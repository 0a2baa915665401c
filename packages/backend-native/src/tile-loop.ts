import { renderTile, scalarLanes } from './contraction/tile.js';
import { openLibraries } from './library/open-libraries.js';
import { NativeBuffer } from './native-buffer.js';
import { sourceFile } from './source-file.js';

/** The register tile alone, over panels that stay in the first-level cache: what contractions could reach at most. */
export interface TileLoop {
  /** Rows and columns of a tile. */
  readonly rows: number;
  readonly columns: number;
  /** Computes this many tiles, each 2·rows·columns·depth floating-point operations. */
  run(tiles: number): void;
  /** The tile that the last run computed, row by row: every element is depth/4. */
  readonly result: Float32Array;
}

/** Compiles the loop for panels of `depth` rows; 128 rows fill 24 KiB with vectors of 512 bits. */
export async function tileLoop({ depth = 128 } = {}): Promise<TileLoop> {
  const libraries = openLibraries();
  const { target } = libraries.compiler;
  const columns = 2 * target.lanes;
  const rows = scalarLanes(columns, target);
  const stride = Math.ceil(rows / target.lanes) * target.lanes;
  const tile = renderTile('KERNEL_tile', columns, target.lanes, {
    offsets: Array.from({ length: rows }, (_, row) => row),
    loops: [{ extent: 0, step: stride }],
  });
  const loop = `void KERNEL(const float *v, const float *s, float *t, int64_t tiles) {
for (int64_t i = 0; i < tiles; i++) KERNEL_tile(v, s, ${depth}, t, 0);
}`;
  const rendered = { text: `${tile}\n${loop}`, scratchBytes: () => 0 };
  const library = await libraries.load(sourceFile([{ name: 'tile_loop', label: 'tile loop', rendered }], target));
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
