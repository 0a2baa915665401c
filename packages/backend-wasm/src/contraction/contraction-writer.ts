import type { Contraction, Factor } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import {
  add,
  div,
  i32,
  mul,
  op,
  rem,
  smaller,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
} from '../assembler/index.js';
import { share, whole, type Range, type Threads } from '../team/share.js';
import { scratchOf, type Blocking, type Split } from './blocking.js';
import { TILE, type MultiplyParameters } from './multiply.js';
import type { PackParameters } from './pack-code.js';
import type { StoreTilesParameters } from './store-tiles.js';
import { codeOfElementsBefore } from './walk.js';

/** A contraction and how it is cut. */
export interface BlockedContraction {
  readonly program: LoopProgram;
  readonly contraction: Contraction;
  readonly blocking: Blocking;
}

/** The functions that a contraction calls; the first two serve all of them. */
export interface ContractionFunctions {
  readonly pack: Callable<PackParameters>;
  readonly multiply: Callable<MultiplyParameters>;
  readonly storeTiles: Callable<StoreTilesParameters>;
}

/** Where a contraction finds its memory. */
export interface ContractionMemory {
  /** Addresses of the operands' descriptors (pack-layout.ts). */
  readonly left: number;
  readonly right: number;
  readonly scratch: Code<'i32'>;
  /** The address of each of the program's buffers. */
  readonly buffers: readonly Code<'i32'>[];
}

type Word = Code<'i32'>;

/**
 * A packed block of the left operand: its runs, how many elements of the reduction come before it, and the size of its
 * panels.
 */
interface LeftBlock {
  readonly firstRun: Local<'i32'>;
  readonly endRun: Local<'i32'>;
  readonly before: Local<'i32'>;
  readonly panelBytes: Local<'i32'>;
}

/**
 * Writes the code of a contraction: packs blocks of the left operand, then of the right one, multiplies them, and stores
 * finished tiles, in the order of Goto & van de Geijn 2008 with the loops that `blocking` asks for.
 */
export class ContractionWriter {
  readonly #packedLeft: Word;
  readonly #packedRight: Local<'i32'>;
  readonly #tiles: Local<'i32'>;
  readonly #table: Local<'i32'>;
  /** Row panels, column panels and batches that this thread computes, and row panels that it packs. */
  readonly #rows: Range;
  readonly #columns: Range;
  readonly #batches: Range;
  readonly #packedRows: Range;
  readonly #rowPanels: Local<'i32'>;

  constructor(
    readonly f: FunctionBuilder,
    readonly problem: BlockedContraction,
    readonly functions: ContractionFunctions,
    readonly memory: ContractionMemory,
    readonly threads: Threads,
  ) {
    const { blocking } = problem;
    const { bytes, rows, columns, batches } = blocking;
    const { shared, own } = scratchOf(blocking);
    const ownScratch = f.let(add(add(memory.scratch, i32(shared)), mul(threads.thread, i32(own))));
    this.#packedLeft = this.#sharesLeft ? memory.scratch : ownScratch;
    this.#packedRight = f.let(add(ownScratch, i32(this.#sharesLeft ? 0 : bytes.left)));
    this.#tiles = f.let(add(this.#packedRight, i32(bytes.right)));
    this.#table = f.let(add(this.#tiles, i32(bytes.tiles)));

    const part = (what: Split, extent: number): Range =>
      blocking.split === what ? share(f, threads, extent) : whole(extent);
    const rowPanels = Math.ceil(rows / TILE.rows);
    this.#rows = part('rows', rowPanels);
    this.#rowPanels = f.let(sub(this.#rows.end, this.#rows.begin));
    this.#packedRows = this.#sharesLeft ? share(f, threads, rowPanels) : this.#rows;
    this.#columns = part('columns', Math.ceil(columns / TILE.columns));
    this.#batches = part('batches', batches);
  }

  /** Threads that split the columns pack the left operand together, and all read it. */
  get #sharesLeft(): boolean {
    return this.problem.blocking.split === 'columns';
  }

  write(): void {
    const { f, problem, threads } = this;
    const { contraction, blocking } = problem;
    const { walk, leftRuns, panelsPerBlock } = blocking;
    f.for(this.#batches.begin, this.#batches.end, 1, (batch) => {
      const [left, right] = [this.#address(contraction.left, batch), this.#address(contraction.right, batch)];
      f.for(i32(0), i32(Math.max(1, walk.runs)), Math.max(1, leftRuns), (firstRun) => {
        const block = this.#leftBlock(firstRun);
        if (this.#sharesLeft) {
          // Whoever still multiplies with the last block must be done.
          f.if(op('i32.or', op('i32.gt_s', firstRun, i32(0)), op('i32.gt_s', batch, i32(0))), () => threads.barrier());
        }
        this.#packLeft(left, block);
        if (this.#sharesLeft) threads.barrier();
        f.for(this.#columns.begin, this.#columns.end, panelsPerBlock, (panel) => {
          const end = f.let(smaller(add(panel, i32(panelsPerBlock)), this.#columns.end));
          this.#multiply(right, block, panel, end);
          f.if(op('i32.ge_s', block.endRun, i32(walk.runs)), () => this.#store(batch, panel, end));
        });
      });
    });
  }

  /** The address of an operand's first element in a batch. */
  #address({ buffer, index }: Factor, batch: Local<'i32'>): Local<'i32'> {
    const { f, memory, problem } = this;
    const address = f.let(add(memory.buffers[buffer]!, i32(4 * index.offset)));
    const rest = f.let(batch);
    for (const axis of problem.contraction.batch.toReversed()) {
      const extent = i32(problem.program.extents[axis]!);
      const step = i32(4 * (index.coefficients[axis] ?? 0));
      f.set(address, add(address, mul(rem(rest, extent), step)));
      f.set(rest, div(rest, extent));
    }
    return address;
  }

  #leftBlock(firstRun: Local<'i32'>): LeftBlock {
    const { f } = this;
    const { walk, leftRuns } = this.problem.blocking;
    const endRun = f.let(smaller(add(firstRun, i32(leftRuns)), i32(walk.runs)));
    const before = f.let(codeOfElementsBefore(walk, firstRun));
    const length = sub(codeOfElementsBefore(walk, endRun), before);
    return { firstRun, endRun, before, panelBytes: f.let(mul(length, i32(TILE.rows * 4))) };
  }

  #packLeft(source: Local<'i32'>, { firstRun, endRun, panelBytes }: LeftBlock): void {
    // Panels that this thread packs begin where its own scratch memory does, unless all threads share the operand.
    const before = this.#sharesLeft ? this.#packedRows.begin : i32(0);
    this.f.call(this.functions.pack, {
      descriptor: i32(this.memory.left),
      source,
      out: add(this.#packedLeft, mul(before, panelBytes)),
      firstPanel: this.#packedRows.begin,
      endPanel: this.#packedRows.end,
      firstRun,
      endRun,
      panelBytes,
      table: this.#table,
    });
  }

  /**
   * Adds the products of the left block with column panels panel … end to their tiles, block by block of the right
   * operand.
   */
  #multiply(source: Local<'i32'>, left: LeftBlock, panel: Local<'i32'>, end: Local<'i32'>): void {
    const { f, functions, memory } = this;
    const { walk, length, rightRuns } = this.problem.blocking;
    const result = { rowPanels: this.#rowPanels, columnPanels: f.let(sub(end, panel)), tiles: this.#tiles };
    // A reduction over nothing leaves tiles of zeros.
    if (length === 0) {
      f.call(functions.multiply, {
        ...result,
        left: this.#packedLeft,
        leftPanelBytes: i32(0),
        right: this.#packedRight,
        rightPanelBytes: i32(0),
        depth: i32(0),
        accumulate: i32(0),
      });
    }
    f.for(left.firstRun, left.endRun, rightRuns, (firstRun) => {
      const endRun = f.let(smaller(add(firstRun, i32(rightRuns)), left.endRun));
      const before = f.let(codeOfElementsBefore(walk, firstRun));
      const depth = f.let(sub(codeOfElementsBefore(walk, endRun), before));
      const panelBytes = f.let(mul(depth, i32(TILE.columns * 4)));
      f.call(functions.pack, {
        descriptor: i32(memory.right),
        source,
        out: this.#packedRight,
        firstPanel: panel,
        endPanel: end,
        firstRun,
        endRun,
        panelBytes,
        table: this.#table,
      });
      f.call(functions.multiply, {
        ...result,
        left: add(this.#packedLeft, mul(sub(before, left.before), i32(TILE.rows * 4))),
        leftPanelBytes: left.panelBytes,
        right: this.#packedRight,
        rightPanelBytes: panelBytes,
        depth,
        accumulate: op('i32.gt_s', firstRun, i32(0)),
      });
    });
  }

  #store(batch: Local<'i32'>, firstPanel: Local<'i32'>, endPanel: Local<'i32'>): void {
    const { rows, columns } = this.problem.blocking;
    this.f.call(this.functions.storeTiles, {
      tiles: this.#tiles,
      rowPanels: this.#rowPanels,
      firstRow: mul(this.#rows.begin, i32(TILE.rows)),
      endRow: smaller(mul(this.#rows.end, i32(TILE.rows)), i32(rows)),
      firstPanel,
      endPanel,
      columns: i32(columns),
      batch,
      buffers: this.memory.buffers,
    });
  }
}
