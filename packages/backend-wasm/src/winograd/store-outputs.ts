import type { LoopProgram, WinogradConvolution } from '@adjoint/core/backend';
import {
  i32,
  load,
  op,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type ValueType,
} from '../assembler/index.js';
import { canTakeFour, epilogueOf } from '../render/epilogue.js';
import { Pointers } from '../render/pointers.js';
import { environmentOf } from '../render/nest.js';
import { writeStores } from '../render/stores.js';
import { bufferParameters, type CallMath } from '../render/values.js';

function rowParameters(program: LoopProgram) {
  return {
    results: 'i32',
    rowBytes: 'i32',
    filter: 'i32',
    image: 'i32',
    firstRow: 'i32',
    endRow: 'i32',
    buffers: bufferParameters(program),
  } as const;
}
export type StoreRowsParameters = ReturnType<typeof rowParameters>;

function tapParameters(program: LoopProgram) {
  return {
    results: 'i32',
    filter: 'i32',
    firstChannel: 'i32',
    endChannel: 'i32',
    buffers: bufferParameters(program),
  } as const;
}
export type StoreTapsParameters = ReturnType<typeof tapParameters>;

/** Adds a function that computes the epilogue and stores it, for rows of outputs of one filter and image. */
export function defineStoreRows(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  { positions, filter: filterAxis, image: imageAxis }: WinogradConvolution,
  math: CallMath,
): Callable<StoreRowsParameters, 'void'> {
  return module.define(name, rowParameters(program), (f, parameters) => {
    const { results, rowBytes, filter, image, firstRow, endRow, buffers } = parameters;
    const pointers = pointersOf(f, program, buffers);
    const [down, across] = positions;
    const row = f.let(results);
    const point = (index: Local<'i32'>, width: 1 | 4): void => {
      const place = f.let(op('i32.add', row, op('i32.shl', index, i32(2))));
      pointers.within(across, index, () => {
        const result = f.let<ValueType>(load(width === 4 ? 'v128.load' : 'f32.load', place));
        writeStores(environmentOf({ f, program, math, pointers }, width, across, result), program);
      });
    };
    const within = (axis: number | undefined, index: Local<'i32'>, body: () => void): void =>
      axis === undefined ? body() : pointers.within(axis, index, body);
    within(imageAxis, image, () =>
      within(filterAxis, filter, () =>
        f.for(firstRow, endRow, 1, (y) => {
          pointers.within(down, y, () => {
            const extent = program.extents[across]!;
            const whole = canTakeFour(program, across) ? extent - (extent % 4) : 0;
            f.for(i32(0), i32(whole), 4, (x) => point(x, 4));
            f.for(i32(whole), i32(extent), 1, (x) => point(x, 1));
          });
          f.set(row, op('i32.add', row, rowBytes));
        }),
      ),
    );
  });
}

/**
 * Adds a function that does the same for the taps of four neighbouring channels: 3 × 3 vectors, one after the other.
 */
export function defineStoreTaps(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  { taps, filter: filterAxis, channel }: WinogradConvolution,
  math: CallMath,
): Callable<StoreTapsParameters, 'void'> {
  return module.define(name, tapParameters(program), (f, { results, filter, firstChannel, endChannel, buffers }) => {
    const pointers = pointersOf(f, program, buffers);
    pointers.within(filterAxis, filter, () =>
      f.for(firstChannel, endChannel, 1, (c) =>
        pointers.within(channel, c, () => {
          const place = f.let(op('i32.add', results, op('i32.shl', op('i32.sub', c, firstChannel), i32(2))));
          f.for(i32(0), i32(3), 1, (ky) =>
            pointers.within(taps[0], ky, () =>
              f.for(i32(0), i32(3), 1, (kx) =>
                pointers.within(taps[1], kx, () => {
                  const result = f.let(load('f32.load', place));
                  writeStores(environmentOf({ f, program, math, pointers }, 1, taps[1], result), program);
                  f.set(place, op('i32.add', place, i32(16)));
                }),
              ),
            ),
          );
        }),
      ),
    );
  });
}

function pointersOf(f: FunctionBuilder, program: LoopProgram, buffers: readonly Code<'i32'>[]): Pointers {
  return new Pointers(f, epilogueOf(program), buffers);
}
