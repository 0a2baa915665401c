import { EVENNESS } from '@adjoint/core/backend';
import {
  add,
  div,
  f32,
  f32x4,
  i32,
  lane,
  larger,
  load,
  mul,
  op,
  rem,
  select,
  shuffle,
  smaller,
  sub,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';

const markUnevenParameters = {
  planes: 'i32',
  planeBytes: 'i32',
  count: 'i32',
  rowBytes: 'i32',
  top: 'i32',
  bottom: 'i32',
  left: 'i32',
  right: 'i32',
  perRow: 'i32',
  perTile: 'i32',
  cells: 'i32',
  marks: 'i32',
  markBytes: 'i32',
  tiles: 'i32',
  across: 'i32',
} as const;
export type MarkUnevenParameters = typeof markUnevenParameters;

/**
 * Adds `markUneven`, which marks the tiles of a job whose elements of an operand are too uneven for minimal filtering;
 * see `EVENNESS`. It adds up the magnitudes of `count` planes over cells of 2 × 2 positions, `perRow` in a row; a tile
 * has `perTile` along each dimension. Cells above `top`, below `bottom`, and beyond `left` and `right` have no elements,
 * and take over the sum of the nearest that has.
 */
export function defineMarkUneven(module: ModuleBuilder): Callable<MarkUnevenParameters, 'void'> {
  return module.define('markUneven', markUnevenParameters, (f, parameters) => {
    const { planes, planeBytes, count, rowBytes, top, bottom, left, right, perRow, perTile } = parameters;
    const { cells, marks, markBytes, tiles, across } = parameters;
    const cellRows = f.let(add(mul(div(tiles, across), i32(2)), sub(perTile, i32(2))));
    const row = f.let(cells);
    f.for(i32(0), cellRows, 1, (r) => {
      const isAbsent = op('i32.or', op('i32.gt_s', top, bottom), op('i32.ge_s', top, cellRows));
      f.if(
        op('i32.or', isAbsent, op('i32.gt_s', left, right)),
        () => f.for(i32(0), perRow, 1, (q) => f.store('f32.store', at(row, q), f32(0))),
        () => {
          const nearest = f.let(smaller(f.let(larger(r, top)), bottom));
          const from = f.let(add(planes, mul(nearest, mul(rowBytes, i32(2)))));
          const to = f.let(row);
          f.for(i32(0), perRow, 2, () => {
            f.store('v128.store', to, cellSums(f, { from, planeBytes, count, rowBytes }));
            f.set(from, add(from, i32(16)));
            f.set(to, add(to, i32(8)));
          });
          f.for(i32(0), left, 1, (q) => f.store('f32.store', at(row, q), load('f32.load', at(row, left))));
          f.for(add(right, i32(1)), perRow, 1, (q) =>
            f.store('f32.store', at(row, q), load('f32.load', at(row, right))),
          );
        },
      );
      f.set(row, at(row, perRow));
    });
    f.for(i32(0), tiles, 1, (tile) => {
      const first = add(mul(div(tile, across), mul(perRow, i32(2))), mul(rem(tile, across), i32(2)));
      const cell = f.let(at(cells, first));
      const [least, most] = [f.let(f32(Infinity)), f.let(f32(0))];
      f.for(i32(0), perTile, 1, () => {
        f.for(i32(0), perTile, 1, (j) => {
          const sum = f.let(load('f32.load', at(cell, j)));
          f.set(least, op('f32.min', least, sum));
          f.set(most, op('f32.max', most, sum));
        });
        f.set(cell, at(cell, perRow));
      });
      const mark = f.let(add(marks, mul(tile, markBytes)));
      f.store('i32.store', mark, op('i32.or', load('i32.load', mark), isUneven(least, most)));
    });
  });
}

/** Magnitudes of two neighbouring cells, added up over planes, in the first two lanes. */
function cellSums(
  f: FunctionBuilder,
  { from, planeBytes, count, rowBytes }: Readonly<Record<'from' | 'planeBytes' | 'count' | 'rowBytes', Local<'i32'>>>,
): Code<'v128'> {
  const place = f.let(from);
  const sum = f.let(f32x4(0));
  f.for(i32(0), count, 1, () => {
    const [above, below] = [load('v128.load', place), load('v128.load', add(place, rowBytes))];
    f.set(sum, op('f32x4.add', sum, op('f32x4.add', op('f32x4.abs', above), op('f32x4.abs', below))));
    f.set(place, add(place, planeBytes));
  });
  const pairs = f.let(op('f32x4.add', shuffle(sum, sum, [0, 2, 0, 2]), shuffle(sum, sum, [1, 3, 1, 3])));
  const isUsual = op('f32x4.lt', pairs, f32x4(EVENNESS.largest));
  return op('v128.bitselect', pairs, f32x4(Infinity), isUsual);
}

function isUneven(least: Local<'f32'>, most: Local<'f32'>): Code<'i32'> {
  const isEven = op('f32.le', most, op('f32.mul', least, f32(EVENNESS.ratio)));
  return op('i32.eqz', op('i32.and', isEven, op('f32.lt', most, f32(Infinity))));
}

/** The address of an element of an array of words. */
function at(base: Code<'i32'>, index: Code<'i32'>): Code<'i32'> {
  return add(base, op('i32.shl', index, i32(2)));
}

const tapParameters = { channels: 'i32', channelBytes: 'i32', downBytes: 'i32', acrossBytes: 'i32' } as const;

const markFilterParameters = { filter: 'i32', mark: 'i32', ...tapParameters } as const;
export type MarkFilterParameters = typeof markFilterParameters;

/** Adds `markFilter`, which marks whether the taps of a filter are too uneven for minimal filtering. */
export function defineMarkFilter(module: ModuleBuilder): Callable<MarkFilterParameters, 'void'> {
  return module.define('markFilter', markFilterParameters, (f, parameters) => {
    const { filter, mark, channels, channelBytes, downBytes, acrossBytes } = parameters;
    const [least, most] = [f.let(f32(Infinity)), f.let(f32(0))];
    f.for(i32(0), i32(9), 1, (k) => {
      const tap = f.let(add(filter, add(mul(div(k, i32(3)), downBytes), mul(rem(k, i32(3)), acrossBytes))));
      const sum = f.let(f32(0));
      f.for(i32(0), channels, 1, () => {
        f.set(sum, op('f32.add', sum, op('f32.abs', load('f32.load', tap))));
        f.set(tap, add(tap, channelBytes));
      });
      f.set(sum, select(op('f32.lt', sum, f32(EVENNESS.largest)), sum, f32(Infinity)));
      f.set(least, op('f32.min', least, sum));
      f.set(most, op('f32.max', most, sum));
    });
    f.store('i32.store', mark, isUneven(least, most));
  });
}

const directOutputsParameters = {
  patch: 'i32',
  planeBytes: 'i32',
  rowBytes: 'i32',
  filter: 'i32',
  ...tapParameters,
  out: 'i32',
  outRowBytes: 'i32',
} as const;
export type DirectOutputsParameters = typeof directOutputsParameters;

/** Adds `directOutputs`, which computes the 4 × 4 outputs of a tile for one filter as plain sums. */
export function defineDirectOutputs(module: ModuleBuilder): Callable<DirectOutputsParameters, 'void'> {
  return module.define('directOutputs', directOutputsParameters, (f, parameters) => {
    const { patch, planeBytes, rowBytes, filter, channels, channelBytes, downBytes, acrossBytes } = parameters;
    const { out, outRowBytes } = parameters;
    const sums = Array.from({ length: 4 }, () => f.let(f32x4(0)));
    const [plane, taps] = [f.let(patch), f.let(filter)];
    f.for(i32(0), channels, 1, () => {
      const factors = [0, 1, 2].map((ky) =>
        [0, 1, 2].map((kx) =>
          f.let(load('v128.load32_splat', add(taps, add(mul(downBytes, i32(ky)), mul(acrossBytes, i32(kx)))))),
        ),
      );
      shiftedRows(f, plane, rowBytes, (row, kx, elements) =>
        factors.forEach((own, ky) => {
          const sum = sums[row - ky];
          if (sum) f.set(sum, op('f32x4.add', sum, op('f32x4.mul', elements, own[kx]!)));
        }),
      );
      f.set(plane, add(plane, planeBytes));
      f.set(taps, add(taps, channelBytes));
    });
    const to = f.let(out);
    for (const sum of sums) {
      f.store('v128.store', to, sum);
      f.set(to, add(to, outRowBytes));
    }
  });
}

const directTapsParameters = {
  patch: 'i32',
  planeBytes: 'i32',
  rowBytes: 'i32',
  channels: 'i32',
  cotangent: 'i32',
  cotangentPlaneBytes: 'i32',
  cotangentRowBytes: 'i32',
  filters: 'i32',
  out: 'i32',
} as const;
export type DirectTapsParameters = typeof directTapsParameters;

/** Adds `directTaps`, which adds the products of a tile to sums in the order [filter][four channels][tap][channel]. */
export function defineDirectTaps(module: ModuleBuilder): Callable<DirectTapsParameters, 'void'> {
  return module.define('directTaps', directTapsParameters, (f, parameters) => {
    const { patch, planeBytes, rowBytes, channels, filters, out } = parameters;
    const { cotangent, cotangentPlaneBytes, cotangentRowBytes } = parameters;
    const filterBytes = f.let(mul(div(add(channels, i32(3)), i32(4)), i32(9 * 16)));
    f.for(i32(0), filters, 1, (filter) => {
      const place = f.let(add(cotangent, mul(filter, cotangentPlaneBytes)));
      const factors = [0, 1, 2, 3].map(() => {
        const row = f.let(load('v128.load', place));
        f.set(place, add(place, cotangentRowBytes));
        return row;
      });
      f.for(i32(0), channels, 1, (channel) => {
        const sums = Array.from({ length: 9 }, () => f.let(f32x4(0)));
        shiftedRows(f, f.let(add(patch, mul(channel, planeBytes))), rowBytes, (row, kx, elements) => {
          for (let ky = 0; ky < 3; ky++) {
            const [sum, factor] = [sums[ky * 3 + kx]!, factors[row - ky]];
            if (factor) f.set(sum, op('f32x4.add', sum, op('f32x4.mul', elements, factor)));
          }
        });
        const quad = add(mul(div(channel, i32(4)), i32(9 * 16)), mul(rem(channel, i32(4)), i32(4)));
        const to = f.let(add(out, add(mul(filter, filterBytes), quad)));
        for (const sum of sums) {
          const pairs = f.let(op('f32x4.add', sum, shuffle(sum, sum, [2, 3, 2, 3])));
          const total = op('f32.add', lane('f32x4.extract_lane', 0, pairs), lane('f32x4.extract_lane', 1, pairs));
          f.store('f32.store', to, op('f32.add', load('f32.load', to), total));
          f.set(to, add(to, i32(16)));
        }
      });
    });
  });
}

/** Calls `use` with four neighbours of each of the six rows of a tile, from each of its first three columns on. */
function shiftedRows(
  f: FunctionBuilder,
  tile: Local<'i32'>,
  rowBytes: Local<'i32'>,
  use: (row: number, column: number, elements: Local<'v128'>) => void,
): void {
  const place = f.let(tile);
  for (let row = 0; row < 6; row++) {
    for (let column = 0; column < 3; column++) use(row, column, f.let(load('v128.load', place, 4 * column)));
    f.set(place, add(place, rowBytes));
  }
}
