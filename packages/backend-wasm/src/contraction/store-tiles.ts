import {
  childrenOf,
  expressionsOf,
  type Contraction,
  type Expression,
  type Index,
  type LoopProgram,
} from '@adjoint/core';
import {
  i32,
  load,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type NamedParameters,
  type ValueType,
} from '../assembler/index.js';
import { Pointers } from '../render/pointers.js';
import { environmentOf, type Nest } from '../render/nest.js';
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
    const { reduction: _, ...rest } = program;
    this.pointers = new Pointers(f, rest, parameters.buffers);
  }

  write(): void {
    const { contraction } = this;
    this.#within(contraction.batch, this.parameters.batch, () => {
      const point = (tile: Local<'i32'>, row: Local<'i32'>, width: 1 | 4): void => this.#point(tile, row, width);
      // Along a lone axis rows are written from end to end: they may be far apart, and meet in the same set of the cache.
      if (contraction.columns.length === 1)
        this.#rows((row) => this.#columns((tile, width) => point(tile, row, width)));
      else this.#columns((tile, width) => this.#rows((row) => point(tile, row, width)));
    });
  }

  /** Goes through the columns, four at once where that is possible; `tile` is the address of the first row's elements. */
  #columns(body: (tile: Local<'i32'>, width: 1 | 4) => void): void {
    const { f, contraction, program } = this;
    const { tiles, rowPanels, firstPanel, endPanel, columns } = this.parameters;
    const together = neighbours(program, contraction.columns);
    const panelTiles = f.let(tiles);
    f.for(firstPanel, endPanel, 1, (panel) => {
      f.for(i32(0), i32(TILE.columns), 4, (half) => {
        const column = f.let(op('i32.add', op('i32.mul', panel, i32(TILE.columns)), half));
        const halfTiles = f.let(op('i32.add', panelTiles, op('i32.shl', half, i32(2))));
        const left = f.let(op('i32.sub', columns, column));
        const scalar = (): void => {
          f.if(op('i32.gt_s', left, i32(4)), () => f.set(left, i32(4)));
          f.for(i32(0), left, 1, (lane) => {
            const own = f.let(op('i32.add', column, lane));
            const tile = f.let(op('i32.add', halfTiles, op('i32.shl', lane, i32(2))));
            this.#within(contraction.columns, own, () => body(tile, 1));
          });
        };
        if (together.axes === 0) return scalar();
        let whole: Code<'i32'> = op('i32.ge_s', left, i32(4));
        // The outermost axis may have any extent; a run over all axes ends with the columns.
        if (together.axes < contraction.columns.length) {
          whole = op(
            'i32.and',
            whole,
            op('i32.le_u', op('i32.rem_u', column, i32(together.run)), i32(Math.max(0, together.run - 4))),
          );
          if (together.run < 4) whole = i32(0);
        }
        f.if(whole, () => this.#within(contraction.columns, column, () => body(halfTiles, 4)), scalar);
      });
      f.set(panelTiles, op('i32.add', panelTiles, op('i32.mul', rowPanels, i32(TILE.bytes))));
    });
  }

  #rows(body: (row: Local<'i32'>) => void): void {
    const { firstRow, endRow } = this.parameters;
    this.f.for(firstRow, endRow, 1, (row) => this.#within(this.contraction.rows, row, () => body(row)));
  }

  #point(tile: Local<'i32'>, row: Local<'i32'>, width: 1 | 4): void {
    const { f, program } = this;
    const last = this.contraction.columns.at(-1)!;
    // Rows of a tile are 32 bytes apart, and so are the last of one tile and the first of the next.
    const place = f.let(op('i32.add', tile, op('i32.shl', op('i32.sub', row, this.parameters.firstRow), i32(5))));
    const sum = f.let<ValueType>(load(width === 4 ? 'v128.load' : 'f32.load', place));
    writeStores(environmentOf(this, width, last, sum), program);
  }

  /** Takes a flat index apart along some axes of the program and advances the pointers to it. */
  #within(axes: readonly number[], flat: Local<'i32'>, body: () => void): void {
    const { f, program } = this;
    const [axis] = axes.slice(-1);
    if (axis === undefined) return body();
    if (axes.length === 1) return this.pointers.within(axis, flat, body);
    const extent = i32(program.extents[axis]!);
    const quotient = f.let(op('i32.div_u', flat, extent));
    const index = f.let(op('i32.sub', flat, op('i32.mul', quotient, extent)));
    this.pointers.within(axis, index, () => this.#within(axes.slice(0, -1), quotient, body));
  }
}

/** Whether four neighbours along an axis can be stored at once. */
export function canWalk(program: LoopProgram, axis: number): boolean {
  return neighbours(program, [axis]).axes === 1;
}

/** How many of the last column axes can be walked as one by every index behind the contraction, and how long such a run is. */
function neighbours(program: LoopProgram, columns: readonly number[]): { axes: number; run: number } {
  const { reduction: _, ...rest } = program;
  const indices: Index[] = program.stores.map((store) => store.index);
  const guards: Index[] = [];
  let plain = true;
  const visit = (expression: Expression): void => {
    if (expression.kind === 'load') {
      if (expression.dynamic) plain = false;
      indices.push(expression.index);
    }
    if (expression.kind === 'index' || expression.kind === 'random') indices.push(expression.index);
    if (expression.kind === 'guard') guards.push(...expression.guards.map((guard) => guard.index));
    childrenOf(expression).forEach(visit);
  };
  expressionsOf(rest).forEach(visit);
  if (!plain || [...indices, ...guards].some((index) => index.divisor !== 1)) return { axes: 0, run: 1 };
  let run = 1;
  let axes = 0;
  for (const axis of columns.toReversed()) {
    const last = columns.at(-1)!;
    const advances = ({ coefficients }: Index): boolean =>
      (coefficients[axis] ?? 0) === (coefficients[last] ?? 0) * run;
    if (!indices.every(advances) || guards.some(({ coefficients }) => (coefficients[axis] ?? 0) !== 0)) break;
    axes++;
    run *= program.extents[axis]!;
  }
  return { axes, run };
}
