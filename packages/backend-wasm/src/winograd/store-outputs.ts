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
} from '../assembler/index.js';
import { canWalk } from '../contraction/store-tiles.js';
import { Pointers } from '../render/pointers.js';
import { storeResult } from '../render/store-result.js';
import type { CallMath } from '../render/values.js';

/** Parameters of the function before the buffers' addresses. */
const leading = 6;

/**
 * Adds NAME(results, rowBytes, filter, image, firstRow, endRow, …addresses): carries out the program's stores for rows of
 * outputs of one filter and image.
 */
export function defineStoreRows(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  { positions, filter, image }: WinogradConvolution,
  math: CallMath,
): Callable {
  return define(module, name, program, leading, (f, parameters, pointers) => {
    const [results, rowBytes, ownFilter, ownImage, firstRow, endRow] = parameters as Six<Local<'i32'>>;
    const [down, across] = positions;
    const row = f.let(results);
    const point = (index: Local<'i32'>, width: 1 | 4): void => {
      const place = f.let(op('i32.add', row, op('i32.shl', index, i32(2))));
      pointers.within(across, index, () =>
        storeResult(f, program, pointers, math, width, across, load(width === 4 ? 'v128.load' : 'f32.load', place)),
      );
    };
    const within = (axis: number | undefined, index: Local<'i32'>, body: () => void): void =>
      axis === undefined ? body() : pointers.within(axis, index, body);
    within(image, ownImage, () =>
      within(filter, ownFilter, () =>
        f.for(firstRow, endRow, 1, (y) => {
          pointers.within(down, y, () => {
            const extent = program.extents[across]!;
            const whole = canWalk(program, across) ? extent - (extent % 4) : 0;
            f.for(i32(0), i32(whole), 4, (x) => point(x, 4));
            f.for(i32(whole), i32(extent), 1, (x) => point(x, 1));
          });
          f.set(row, op('i32.add', row, rowBytes));
        }),
      ),
    );
  });
}

/** Adds NAME(results, filter, firstChannel, endChannel, …addresses): the same for 3 × 3 vectors of channels that follow each other. */
export function defineStoreTaps(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  { taps, filter, channel }: WinogradConvolution,
  math: CallMath,
): Callable {
  return define(module, name, program, 4, (f, parameters, pointers) => {
    const [results, ownFilter, firstChannel, endChannel] = parameters as Four<Local<'i32'>>;
    pointers.within(filter, ownFilter, () =>
      f.for(firstChannel, endChannel, 1, (c) =>
        pointers.within(channel, c, () => {
          const place = f.let(op('i32.add', results, op('i32.shl', op('i32.sub', c, firstChannel), i32(2))));
          f.for(i32(0), i32(3), 1, (ky) =>
            pointers.within(taps[0], ky, () =>
              f.for(i32(0), i32(3), 1, (kx) =>
                pointers.within(taps[1], kx, () => {
                  storeResult(f, program, pointers, math, 1, taps[1], load('f32.load', place));
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

function define(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  count: number,
  body: (f: FunctionBuilder, parameters: readonly Local<'i32'>[], pointers: Pointers) => void,
): Callable {
  const types = new Array<'i32'>(count + program.buffers.length).fill('i32');
  const { reduction: _, ...rest } = program;
  return module.define(name, types, 'void', (builder, ...locals) => {
    const f = builder as unknown as FunctionBuilder;
    const parameters = locals as Local<'i32'>[];
    const addresses: readonly Code<'i32'>[] = parameters.slice(count);
    body(f, parameters.slice(0, count), new Pointers(f, rest, addresses));
  });
}

type Four<T> = readonly [T, T, T, T];
type Six<T> = readonly [T, T, T, T, T, T];
