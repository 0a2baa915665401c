import type { Contraction } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import {
  add,
  div,
  i32,
  load,
  mul,
  op,
  rem,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type NamedParameters,
  type ValueType,
} from '../assembler/index.js';
import { contiguousAxes, epilogueOf } from '../render/epilogue.js';
import { environmentOf, type Nest } from '../render/nest.js';
import { Pointers } from '../render/pointers.js';
import { writeStores } from '../render/stores.js';
import { bufferParameters, type CallMath } from '../render/values.js';
import { TILE } from './multiply.js';

function parametersOf(program: LoopProgram) {
  return {
    tiles: 'i32',
    rowPanels: 'i32',
    firstRow: 'i32',
    endRow: 'i32',
    firstPanel: 'i32',
    endPanel: 'i32',
    columns: 'i32',
    batch: 'i32',
    buffers: bufferParameters(program),
  } as const;
}
export type StoreTilesParameters = ReturnType<typeof parametersOf>;

/**
 * Adds a function that computes the epilogue of a contraction from finished tiles, which begin with those of firstRow,
 * and stores it. Four columns go at once where they are neighbours in every buffer.
 */
export function defineStoreTiles(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  contraction: Contraction,
  math: CallMath,
): Callable<StoreTilesParameters, 'void'> {
  return module.define(name, parametersOf(program), (f, parameters) =>
    new TileWriter(f, program, contraction, math, parameters).write(),
  );
}

class TileWriter implements Nest {
  readonly pointers: Pointers;

  constructor(
    readonly f: FunctionBuilder,
    readonly program: LoopProgram,
    readonly contraction: Contraction,
    readonly math: CallMath,
    readonly parameters: NamedParameters<StoreTilesParameters>,
  ) {
    this.pointers = new Pointers(f, epilogueOf(program), parameters.buffers);
  }

  write(): void {
    const { contraction, parameters } = this;
    this.#within(contraction.batch, parameters.batch, () => {
      // Along a lone axis rows are written from end to end: they may be far apart, and compete for the same cache sets.
      if (contraction.columns.length === 1)
        this.#rows((row) => this.#columns((tile, width) => this.#point(tile, row, width)));
      else this.#columns((tile, width) => this.#rows((row) => this.#point(tile, row, width)));
    });
  }

  /**
   * Goes through the columns, four at once where that is possible; `tile` is the address of the first row's elements.
   */
  #columns(body: (tile: Local<'i32'>, width: 1 | 4) => void): void {
    const { f, contraction } = this;
    const { tiles, rowPanels, firstPanel, endPanel, columns } = this.parameters;
    const panelTiles = f.let(tiles);
    f.for(firstPanel, endPanel, 1, (panel) => {
      f.for(i32(0), i32(TILE.columns), 4, (half) => {
        const column = f.let(add(mul(panel, i32(TILE.columns)), half));
        const halfTiles = f.let(add(panelTiles, op('i32.shl', half, i32(2))));
        const left = f.let(sub(columns, column));
        const oneByOne = (): void => {
          f.if(op('i32.gt_s', left, i32(4)), () => f.set(left, i32(4)));
          f.for(i32(0), left, 1, (lane) => {
            const own = f.let(add(column, lane));
            const tile = f.let(add(halfTiles, op('i32.shl', lane, i32(2))));
            this.#within(contraction.columns, own, () => body(tile, 1));
          });
        };
        const together = this.#areTogether(column, left);
        if (!together) return oneByOne();
        f.if(together, () => this.#within(contraction.columns, column, () => body(halfTiles, 4)), oneByOne);
      });
      f.set(panelTiles, add(panelTiles, mul(rowPanels, i32(TILE.bytes))));
    });
  }

  /**
   * Whether the four columns from `column` on, of which `left` exist, are neighbours in memory; undefined if they never
   * are.
   */
  #areTogether(column: Local<'i32'>, left: Local<'i32'>): Code<'i32'> | undefined {
    const { program, contraction } = this;
    const { count, length } = contiguousAxes(program, contraction.columns);
    if (count === 0) return undefined;
    const exist = op('i32.ge_s', left, i32(4));
    // The outermost axis may have any extent; a run over all axes ends with the columns.
    if (count === contraction.columns.length) return exist;
    if (length < 4) return undefined;
    return op('i32.and', exist, op('i32.le_u', rem(column, i32(length)), i32(length - 4)));
  }

  #rows(body: (row: Local<'i32'>) => void): void {
    const { firstRow, endRow } = this.parameters;
    this.f.for(firstRow, endRow, 1, (row) => this.#within(this.contraction.rows, row, () => body(row)));
  }

  #point(tile: Local<'i32'>, row: Local<'i32'>, width: 1 | 4): void {
    const { f, program, contraction, parameters } = this;
    // Rows of a tile are 32 bytes apart, and so are the last of one tile and the first of the next.
    const place = f.let(add(tile, op('i32.shl', sub(row, parameters.firstRow), i32(5))));
    const sum = f.let<ValueType>(load(width === 4 ? 'v128.load' : 'f32.load', place));
    writeStores(environmentOf(this, width, contraction.columns.at(-1)!, sum), program);
  }

  /** Takes a flat index apart along some axes of the program and advances the pointers to it. */
  #within(axes: readonly number[], flat: Local<'i32'>, body: () => void): void {
    const { f, program, pointers } = this;
    const axis = axes.at(-1);
    if (axis === undefined) return body();
    if (axes.length === 1) return pointers.within(axis, flat, body);
    const extent = i32(program.extents[axis]!);
    const quotient = f.let(div(flat, extent));
    const index = f.let(sub(flat, mul(quotient, extent)));
    pointers.within(axis, index, () => this.#within(axes.slice(0, -1), quotient, body));
  }
}
