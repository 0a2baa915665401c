import type { Contraction, LoopProgram } from '@adjoint/core';
import type { PlacedWords, WasmMemory } from '../memory/wasm-memory.js';
import { TILE } from './multiply.js';
import { packTableWords } from './packing-table.js';
import { elementsBefore, packingDescriptor, runsPerBlock, walkOf, type Walk } from './packing.js';

/** The two functions that serve all contractions, and the scratch memory that they share. */
export interface ContractionFunctions {
  readonly pack: (...parameters: number[]) => void;
  readonly multiply: (...parameters: number[]) => void;
}

/** Bytes of tiles that are kept while the reduction goes on: part of the second cache. */
const tileBytes = 1 << 18;

/** Runs one contraction: packs the left operand once, then the right one block by block, multiplies, and stores tiles. */
export class ContractionKernel {
  /** Bytes of scratch memory that a run needs. */
  readonly scratchBytes: number;
  readonly #walk: Walk;
  readonly #rows: number;
  readonly #columns: number;
  readonly #batches: number;
  readonly #length: number;
  readonly #panelsPerBlock: number;
  readonly #descriptors: { readonly left: PlacedWords; readonly right: PlacedWords };
  readonly #layout: { readonly left: number; readonly right: number; readonly tiles: number; readonly table: number };

  constructor(
    readonly functions: ContractionFunctions,
    readonly storeTiles: (...parameters: number[]) => void,
    readonly program: LoopProgram,
    readonly contraction: Contraction,
    readonly memory: WasmMemory,
  ) {
    const size = (axes: readonly number[]): number => axes.reduce((count, axis) => count * program.extents[axis]!, 1);
    const walk = walkOf(program, contraction);
    this.#walk = walk;
    this.#rows = size(contraction.rows);
    this.#columns = size(contraction.columns);
    this.#batches = size(contraction.batch);
    this.#length = program.reduction!.extents.reduce((product, extent) => product * extent, 1);
    const rowPanels = Math.ceil(this.#rows / TILE.rows);
    this.#panelsPerBlock = Math.max(1, Math.min(16, Math.floor(tileBytes / (rowPanels * TILE.bytes))));
    this.#descriptors = {
      left: memory.place(packingDescriptor(program, contraction.left, contraction.rows, TILE.rows, walk)),
      right: memory.place(packingDescriptor(program, contraction.right, contraction.columns, TILE.columns, walk)),
    };
    const blockElements = Math.min(this.#length, runsPerBlock(walk) * walk.chunk);
    const bytes = [
      rowPanels * TILE.rows * this.#length * 4,
      this.#panelsPerBlock * TILE.columns * blockElements * 4,
      this.#panelsPerBlock * rowPanels * TILE.bytes,
      packTableWords(Math.max(contraction.left.guards.length, contraction.right.guards.length)) * 4,
    ].map((count) => Math.ceil(count / 64) * 64) as [number, number, number, number];
    this.#layout = { left: 0, right: bytes[0], tiles: bytes[0] + bytes[1], table: bytes[0] + bytes[1] + bytes[2] };
    this.scratchBytes = bytes.reduce((sum, count) => sum + count, 0);
  }

  run(addresses: readonly number[], scratch: number): void {
    const { left, right, batch } = this.contraction;
    const { pack, multiply } = this.functions;
    const rowPanels = Math.ceil(this.#rows / TILE.rows);
    const columnPanels = Math.ceil(this.#columns / TILE.columns);
    const [packedLeft, packedRight, tiles, table] = [
      scratch + this.#layout.left,
      scratch + this.#layout.right,
      scratch + this.#layout.tiles,
      scratch + this.#layout.table,
    ];
    const leftPanelBytes = TILE.rows * this.#length * 4;
    const { runs } = this.#walk;
    for (let b = 0; b < this.#batches; b++) {
      const source = ({ buffer, index }: typeof left): number =>
        addresses[buffer]! + 4 * (index.offset + this.#batchOffset(index.coefficients, batch, b));
      pack(this.#descriptors.left.address, source(left), packedLeft, 0, rowPanels, 0, runs, leftPanelBytes, table);
      for (let panel = 0; panel < columnPanels; panel += this.#panelsPerBlock) {
        const end = Math.min(columnPanels, panel + this.#panelsPerBlock);
        // A reduction over nothing leaves tiles of zeros.
        if (this.#length === 0) multiply(packedLeft, 0, rowPanels, packedRight, 0, end - panel, 0, tiles, 0);
        for (let run = 0; run < runs && this.#length > 0; run += runsPerBlock(this.#walk)) {
          const next = Math.min(runs, run + runsPerBlock(this.#walk));
          const before = elementsBefore(this.#walk, run);
          const k = elementsBefore(this.#walk, next) - before;
          const rightPanelBytes = TILE.columns * k * 4;
          pack(
            this.#descriptors.right.address,
            source(right),
            packedRight,
            panel,
            end,
            run,
            next,
            rightPanelBytes,
            table,
          );
          multiply(
            packedLeft + before * TILE.rows * 4,
            leftPanelBytes,
            rowPanels,
            packedRight,
            rightPanelBytes,
            end - panel,
            k,
            tiles,
            run > 0 ? 1 : 0,
          );
        }
        this.storeTiles(tiles, rowPanels, this.#rows, panel, end, this.#columns, b, ...addresses);
      }
    }
  }

  release(): void {
    for (const descriptor of [this.#descriptors.left, this.#descriptors.right])
      this.memory.free(descriptor.address, descriptor.bytes);
  }

  #batchOffset(coefficients: readonly number[], axes: readonly number[], flat: number): number {
    let rest = flat;
    let offset = 0;
    for (const axis of axes.toReversed()) {
      const extent = this.program.extents[axis]!;
      offset += (rest % extent) * (coefficients[axis] ?? 0);
      rest = Math.floor(rest / extent);
    }
    return offset;
  }
}
