import { i32, ModuleBuilder } from './assembler/index.js';
import { detectFeatures } from './features.js';
import { defineTile, TILE } from './contraction/multiply.js';

export { TILE };

const page = 65536;

/** The register tile alone, over panels that stay in the first-level cache: what contractions could reach at most. */
export interface TileLoop {
  /** Computes this many tiles, each 2·rows·columns·depth floating-point operations. */
  run(tiles: number): void;
  /** The tile that the last run computed, row by row: every element is depth/4. */
  readonly result: Float32Array;
}

/**
 * Builds the loop for panels of `depth` rows (4 + 8 floats each; 256 rows fill 12 KiB); `portable` as in WasmBackend.
 */
export async function tileLoop({ depth = 256, portable = false } = {}): Promise<TileLoop> {
  const { relaxedSimd } = detectFeatures();
  const module = new ModuleBuilder();
  const [left, right, out] = [0, depth * TILE.rows * 4, depth * (TILE.rows + TILE.columns) * 4];
  const pages = Math.ceil((out + TILE.bytes) / page);
  module.importMemory('env', 'memory', { minimum: pages });
  const tile = defineTile(module, relaxedSimd && !portable);
  module.export(
    module.define('loop', { tiles: 'i32' }, (f, { tiles }) =>
      f.for(i32(0), tiles, 1, () =>
        f.call(tile, { left: i32(left), right: i32(right), depth: i32(depth), out: i32(out), accumulate: i32(0) }),
      ),
    ),
    'loop',
  );
  const memory = new WebAssembly.Memory({ initial: pages });
  const { instance } = await WebAssembly.instantiate(module.build(), { env: { memory } });
  new Float32Array(memory.buffer, 0, out / 4).fill(0.5);
  return {
    run: instance.exports['loop'] as (tiles: number) => void,
    result: new Float32Array(memory.buffer, out, TILE.rows * TILE.columns),
  };
}
