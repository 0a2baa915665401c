import type { Contraction, Factor, LoopProgram } from '@adjoint/core';
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
import { share, type Threads } from '../team/share.js';
import type { Blocking } from './blocking.js';
import { TILE, type MultiplyParameters } from './multiply.js';
import type { PackParameters } from './pack-code.js';
import { packTableWords } from './pack-table.js';
import type { Walk } from './pack-layout.js';
import type { StoreTilesParameters } from './store-tiles.js';

/** The functions that a contraction calls; the first two serve all of them. */
export interface ContractionFunctions {
  readonly pack: Callable<PackParameters>;
  readonly multiply: Callable<MultiplyParameters>;
  readonly storeTiles: Callable<StoreTilesParameters>;
}

/** Where a contraction finds its memory. */
export interface ContractionMemory {
  /** Descriptors of the operands (pack-layout.ts). */
  readonly left: number;
  readonly right: number;
  readonly scratch: Code<'i32'>;
  /** The address of each of the program's buffers. */
  readonly buffers: readonly Code<'i32'>[];
}

/** Bytes of scratch memory that a contraction needs for a number of threads. */
export function scratchBytes({ split, bytes }: Blocking, guards: number, threads: number): number {
  const own = bytes.right + bytes.tiles + tableBytes(guards);
  return split === 'columns' ? bytes.left + threads * own : threads * (bytes.left + own);
}

/**
 * Writes the code of a contraction: packs blocks of the left operand, then of the right one, multiplies them, and stores
 * finished tiles, in the order of Goto & van de Geijn 2008 with the loops that `blocking` asks for.
 */
export function writeContraction(
  f: FunctionBuilder,
  program: LoopProgram,
  contraction: Contraction,
  blocking: Blocking,
  { pack, multiply, storeTiles }: ContractionFunctions,
  memory: ContractionMemory,
  threads: Threads,
  barrier: () => void,
): void {
  const { walk, rows, columns, batches, length, split, bytes } = blocking;
  const { left, right, batch } = contraction;
  const isShared = split === 'columns';
  const guards = guardsOf(contraction);
  const part = (what: Blocking['split'], extent: number): { begin: Code<'i32'>; end: Code<'i32'> } =>
    split === what ? share(f, threads, extent) : { begin: i32(0), end: i32(extent) };
  const own = (isShared ? 0 : bytes.left) + bytes.right + bytes.tiles + tableBytes(guards);
  const ownScratch = f.let(add(add(memory.scratch, i32(isShared ? bytes.left : 0)), mul(threads.thread, i32(own))));
  const packedLeft = isShared ? memory.scratch : ownScratch;
  const packedRight = f.let(add(ownScratch, i32(isShared ? 0 : bytes.left)));
  const tiles = f.let(add(packedRight, i32(bytes.right)));
  const table = f.let(add(tiles, i32(bytes.tiles)));

  const rowPanels = Math.ceil(rows / TILE.rows);
  const rowPart = part('rows', rowPanels);
  const ownRowPanels = f.let(sub(rowPart.end, rowPart.begin));
  const packPart = isShared ? share(f, threads, rowPanels) : rowPart;
  const columnPart = part('columns', Math.ceil(columns / TILE.columns));
  const batchPart = part('batches', batches);
  // Panels that this thread packs begin where its own scratch memory does, unless all threads share the operand.
  const firstPacked = isShared ? packPart.begin : i32(0);

  f.for(batchPart.begin, batchPart.end, 1, (b) => {
    const source = ({ buffer, index }: Factor): Local<'i32'> => {
      const address = f.let(add(memory.buffers[buffer]!, i32(4 * index.offset)));
      const rest = f.let(b);
      for (const axis of batch.toReversed()) {
        const extent = i32(program.extents[axis]!);
        const step = i32(4 * (index.coefficients[axis] ?? 0));
        f.set(address, add(address, mul(rem(rest, extent), step)));
        f.set(rest, div(rest, extent));
      }
      return address;
    };
    const [leftSource, rightSource] = [source(left), source(right)];
    f.for(i32(0), i32(Math.max(1, walk.runs)), Math.max(1, blocking.leftRuns), (leftRun) => {
      const leftEnd = f.let(smaller(add(leftRun, i32(blocking.leftRuns)), i32(walk.runs)));
      const leftBefore = f.let(elementsBefore(walk, leftRun));
      const leftPanelBytes = f.let(mul(sub(elementsBefore(walk, leftEnd), leftBefore), i32(TILE.rows * 4)));
      if (isShared) f.if(op('i32.or', op('i32.gt_s', leftRun, i32(0)), op('i32.gt_s', b, i32(0))), barrier);
      const packedTo = add(packedLeft, mul(firstPacked, leftPanelBytes));
      f.call(pack, {
        descriptor: i32(memory.left),
        source: leftSource,
        out: packedTo,
        firstPanel: packPart.begin,
        endPanel: packPart.end,
        firstRun: leftRun,
        endRun: leftEnd,
        panelBytes: leftPanelBytes,
        table,
      });
      if (isShared) barrier();
      f.for(columnPart.begin, columnPart.end, blocking.panelsPerBlock, (panel) => {
        const end = f.let(smaller(add(panel, i32(blocking.panelsPerBlock)), columnPart.end));
        const panels = f.let(sub(end, panel));
        const tilesOfPanels = { rowPanels: ownRowPanels, columnPanels: panels, tiles };
        // A reduction over nothing leaves tiles of zeros.
        if (length === 0) {
          f.call(multiply, {
            ...tilesOfPanels,
            left: packedLeft,
            leftPanelBytes: i32(0),
            right: packedRight,
            rightPanelBytes: i32(0),
            depth: i32(0),
            accumulate: i32(0),
          });
        }
        f.for(leftRun, leftEnd, blocking.rightRuns, (run) => {
          const next = f.let(smaller(add(run, i32(blocking.rightRuns)), leftEnd));
          const before = f.let(elementsBefore(walk, run));
          const depth = f.let(sub(elementsBefore(walk, next), before));
          const panelBytes = f.let(mul(depth, i32(TILE.columns * 4)));
          f.call(pack, {
            descriptor: i32(memory.right),
            source: rightSource,
            out: packedRight,
            firstPanel: panel,
            endPanel: end,
            firstRun: run,
            endRun: next,
            panelBytes,
            table,
          });
          f.call(multiply, {
            ...tilesOfPanels,
            left: add(packedLeft, mul(sub(before, leftBefore), i32(TILE.rows * 4))),
            leftPanelBytes,
            right: packedRight,
            rightPanelBytes: panelBytes,
            depth,
            accumulate: op('i32.gt_s', run, i32(0)),
          });
        });
        f.if(op('i32.ge_s', leftEnd, i32(walk.runs)), () => {
          f.call(storeTiles, {
            tiles,
            rowPanels: ownRowPanels,
            firstRow: mul(rowPart.begin, i32(TILE.rows)),
            endRow: smaller(mul(rowPart.end, i32(TILE.rows)), i32(rows)),
            firstPanel: panel,
            endPanel: end,
            columns: i32(columns),
            batch: b,
            buffers: memory.buffers,
          });
        });
      });
    });
  });
}

/** Elements of the reduction before a run. */
function elementsBefore({ innerExtent, chunk, chunks }: Walk, run: Code<'i32'>): Code<'i32'> {
  if (chunks <= 1) return mul(run, i32(innerExtent));
  const inside = smaller(mul(rem(run, i32(chunks)), i32(chunk)), i32(innerExtent));
  return add(mul(div(run, i32(chunks)), i32(innerExtent)), inside);
}

export function guardsOf({ left, right }: Contraction): number {
  return Math.max(left.guards.length, right.guards.length);
}

function tableBytes(guards: number): number {
  return Math.ceil((packTableWords(guards) * 4) / 64) * 64;
}
