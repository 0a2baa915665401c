import { TILE_INPUTS, transform2d, type Combine, type Matrix } from '@adjoint/core/backend';
import {
  add,
  f32x4,
  i32,
  lane,
  load,
  mul,
  op,
  shuffle,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
} from '../assembler/index.js';

type Vector = Local<'v128'>;
type Address = Local<'i32'>;
const four = ['i32', 'i32', 'i32', 'i32'] as const;

const patchTransformParameters = { patches: four, rowBytes: 'i32', out: 'i32', productBytes: 'i32' } as const;
export type PatchTransformParameters = typeof patchTransformParameters;

/**
 * Adds a function that transforms the square patches of `size` × `size` elements at four addresses, one a lane, and
 * writes each of the 36 vectors that come of it `productBytes` after the one before.
 */
export function definePatchTransform(
  module: ModuleBuilder,
  name: string,
  matrix: Matrix,
  size: 4 | 6,
  relaxed: boolean,
): Callable<PatchTransformParameters, 'void'> {
  return module.define(name, patchTransformParameters, (f, { patches, rowBytes, out, productBytes }) => {
    const rows = patches.map((patch) => f.let(patch));
    const inputs = Array.from({ length: size }, () => {
      const columns = transposed(
        f,
        rows.map((row) => f.let(load('v128.load', row))),
      );
      if (size === 6)
        columns.push(
          ...transposed(
            f,
            rows.map((row) => f.let(load('v128.load', row, 16))),
          ).slice(0, 2),
        );
      rows.forEach((row) => f.set(row, add(row, rowBytes)));
      return columns;
    });
    storeProducts(f, transform2d(matrix, inputs, combiner(f, relaxed)), out, productBytes);
  });
}

const filterTransformParameters = {
  filters: four,
  downBytes: 'i32',
  out: 'i32',
  productBytes: 'i32',
  acrossBytes: 'i32',
} as const;
export type FilterTransformParameters = typeof filterTransformParameters;

/**
 * Adds a function that does the same for the 3 × 3 taps of four filters, whose elements may be anywhere. A filter at
 * address 0 is all zeros.
 */
export function defineFilterTransform(
  module: ModuleBuilder,
  name: string,
  matrix: Matrix,
  relaxed: boolean,
): Callable<FilterTransformParameters, 'void'> {
  return module.define(name, filterTransformParameters, (f, { filters, downBytes, out, productBytes, acrossBytes }) => {
    const taps = [0, 1, 2].map((i) =>
      [0, 1, 2].map((j) => {
        const offset = f.let(add(mul(downBytes, i32(i)), mul(acrossBytes, i32(j))));
        const vector = f.let(f32x4(0));
        filters.forEach((filter, l) =>
          f.if(filter, () =>
            f.set(vector, lane('f32x4.replace_lane', l, vector, load('f32.load', add(filter, offset)))),
          ),
        );
        return vector;
      }),
    );
    storeProducts(f, transform2d(matrix, taps, combiner(f, relaxed)), out, productBytes);
  });
}

const outputTransformParameters = { tiles: four, rowBytes: 'i32', from: 'i32', productBytes: 'i32' } as const;
export type OutputTransformParameters = typeof outputTransformParameters;

/** Adds a function that transforms 36 vectors back and writes the 4 × 4 outputs of each lane to its tile's address. */
export function defineOutputTransform(
  module: ModuleBuilder,
  name: string,
  matrix: Matrix,
  relaxed: boolean,
): Callable<OutputTransformParameters, 'void'> {
  return module.define(name, outputTransformParameters, (f, { tiles, rowBytes, from, productBytes }) => {
    const outputs = transform2d(matrix, loadProducts(f, from, productBytes), combiner(f, relaxed));
    const rows = tiles.map((tile) => f.let(tile));
    for (const output of outputs) {
      transposed(f, output).forEach((vector, l) => f.store('v128.store', rows[l]!, vector));
      rows.forEach((row) => f.set(row, add(row, rowBytes)));
    }
  });
}

const tapTransformParameters = { from: 'i32', productBytes: 'i32', out: 'i32' } as const;
export type TapTransformParameters = typeof tapTransformParameters;

/** Adds a function that transforms 36 vectors back to 3 × 3 vectors, which it writes one after the other. */
export function defineTapTransform(
  module: ModuleBuilder,
  name: string,
  matrix: Matrix,
  relaxed: boolean,
): Callable<TapTransformParameters, 'void'> {
  return module.define(name, tapTransformParameters, (f, { from, productBytes, out }) => {
    const taps = transform2d(matrix, loadProducts(f, from, productBytes), combiner(f, relaxed));
    taps.flat().forEach((vector, i) => f.store('v128.store', out, vector, 16 * i));
  });
}

function loadProducts(f: FunctionBuilder, from: Address, productBytes: Address): Vector[][] {
  const place = f.let(from);
  return Array.from({ length: TILE_INPUTS }, () =>
    Array.from({ length: TILE_INPUTS }, () => {
      const vector = f.let(load('v128.load', place));
      f.set(place, add(place, productBytes));
      return vector;
    }),
  );
}

function storeProducts(
  f: FunctionBuilder,
  products: readonly (readonly Vector[])[],
  out: Address,
  productBytes: Address,
): void {
  const place = f.let(out);
  for (const vector of products.flat()) {
    f.store('v128.store', place, vector);
    f.set(place, add(place, productBytes));
  }
}

/** Transposes the 4 × 4 matrix whose rows are the vectors. */
function transposed(f: FunctionBuilder, [a, b, c, d]: readonly Vector[]): Vector[] {
  const pair = (x: Vector, y: Vector, high: boolean): Vector =>
    f.let(shuffle(x, y, high ? [2, 6, 3, 7] : [0, 4, 1, 5]));
  const [ab, cd, abHigh, cdHigh] = [pair(a!, b!, false), pair(c!, d!, false), pair(a!, b!, true), pair(c!, d!, true)];
  return [
    shuffle(ab, cd, [0, 1, 4, 5]),
    shuffle(ab, cd, [2, 3, 6, 7]),
    shuffle(abHigh, cdHigh, [0, 1, 4, 5]),
    shuffle(abHigh, cdHigh, [2, 3, 6, 7]),
  ].map((vector) => f.let(vector));
}

function combiner(f: FunctionBuilder, relaxed: boolean): Combine<Vector> {
  return (terms) => {
    let sum: Code<'v128'> | undefined;
    for (const [weight, value] of terms) {
      if (!sum) sum = weight === 1 ? value : op('f32x4.mul', value, f32x4(weight));
      else if (weight === 1) sum = op('f32x4.add', sum, value);
      else if (weight === -1) sum = op('f32x4.sub', sum, value);
      else if (relaxed) sum = op('f32x4.relaxed_madd', value, f32x4(weight), sum);
      else sum = op('f32x4.add', sum, op('f32x4.mul', value, f32x4(weight)));
    }
    return f.let(sum!);
  };
}
