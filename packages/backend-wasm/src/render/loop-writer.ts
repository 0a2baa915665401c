import { stepOf, vectorAxisOf, type DType, type LoopProgram, type Reduction, type VectorAxis } from '@adjoint/core';
import {
  f32,
  f64,
  i32,
  lane,
  load,
  op,
  opByName,
  vector,
  type Callable,
  type Code,
  type FunctionBuilder,
  type Local,
  type ModuleBuilder,
  type NamedParameters,
} from '../assembler/index.js';
import { Emitter, storeValue, type Environment } from './emitter.js';
import { asVector, asWord, bufferParameters, elementBytes, valued, type CallMath } from './values.js';
import { scalarOperation } from './scalar-operations.js';
import { Pointers } from './pointers.js';
import { vectorOperation } from './vector-operations.js';

/** Additions into one accumulator before it is added to the total: keeps rounding errors of long sums small. */
const partLength = 1024;

function parametersOf(program: LoopProgram) {
  return { begin: 'i32', end: 'i32', reductionExtent: 'i32', buffers: bufferParameters(program) } as const;
}
export type LoopParameters = ReturnType<typeof parametersOf>;

/**
 * Adds a function that runs a loop program for indices begin ≤ i < end of its first axis (0 ≤ i < 1 if it has none).
 * The extents of the first axis and of the first reduction axis come at run time, so one function serves every batch size.
 */
export function defineLoops(
  module: ModuleBuilder,
  name: string,
  program: LoopProgram,
  math: CallMath,
): Callable<LoopParameters, 'void'> {
  return module.define(name, parametersOf(program), (f, parameters) =>
    new LoopWriter(f, program, math, parameters).write(),
  );
}

class LoopWriter {
  readonly #axis: VectorAxis;
  readonly #pointers: Pointers;

  constructor(
    readonly f: FunctionBuilder,
    readonly program: LoopProgram,
    readonly math: CallMath,
    readonly parameters: NamedParameters<LoopParameters>,
  ) {
    this.#axis = vectorAxisOf(program);
    this.#pointers = new Pointers(f, program, parameters.buffers);
  }

  write(): void {
    this.#parallelLoop(0);
  }

  #parallelLoop(axis: number): void {
    const { f, program } = this;
    const { begin, end } = this.parameters;
    if (program.extents.length === 0) return f.if(op('i32.lt_s', begin, end), () => this.#point(1));
    const from = axis === 0 ? begin : i32(0);
    const to = axis === 0 ? end : i32(program.extents[axis]!);
    const last = axis === program.extents.length - 1;
    const body = (width: 1 | 4) => (index: Local<'i32'>) =>
      this.#pointers.within(axis, index, () => (last ? this.#point(width) : this.#parallelLoop(axis + 1)));
    if (!last || this.#axis !== 'parallel') return f.for(from, to, 1, body(1));
    const whole = f.let(op('i32.add', from, op('i32.and', op('i32.sub', to, from), i32(-4))));
    f.for(from, whole, 4, body(4));
    f.for(whole, to, 1, body(1));
  }

  /** All that belongs to one index of the parallel axes (or to four neighbours of the last one). */
  #point(width: 1 | 4): void {
    const { reduction } = this.program;
    if (!reduction) return this.#stores(width);
    if (reduction.operation === 'pick')
      return this.#stores(width, width === 4 ? this.#pickLanes(reduction) : this.#pick(reduction));
    if (reduction.scan) return this.#scan(reduction);
    this.#stores(width, this.#axis === 'reduction' ? this.#reduceLanes(reduction) : this.#reduce(reduction, width));
  }

  #stores(width: 1 | 4, result?: Code): void {
    const environment = this.#environment(width, this.program.extents.length - 1, result);
    const emitter = new Emitter(
      environment,
      this.program.stores.flatMap((store) => [store.value, ...(store.scatter ? [store.scatter.value] : [])]),
    );
    const values = this.program.stores.map((store) => this.f.let(valued(emitter.emit(store.value))));
    this.program.stores.forEach((store, i) => {
      const dtype = this.program.buffers[store.buffer]!;
      if (!store.scatter) return storeValue(environment, store.buffer, store.index, dtype, values[i]!);
      const position = this.f.let(asWord(emitter.emit(store.scatter.value)));
      this.f.if(op('i32.lt_u', position, i32(store.scatter.extent)), () => {
        const offset = op('i32.mul', position, i32(store.scatter!.stride * elementBytes(dtype)));
        const place = this.f.let(
          op('i32.add', this.#pointers.address(store.buffer, store.index, elementBytes(dtype)), offset),
        );
        const type = scalarType(dtype);
        const sum = opByName(`${type}.add`, load(`${type}.load`, place), values[i]!);
        storeValue({ ...environment, address: () => place }, store.buffer, store.index, dtype, sum);
      });
    });
  }

  /** Element by element, or four outputs at once: sums each run of the innermost axis, then the runs. */
  #reduce(reduction: Reduction, width: 1 | 4): Code {
    const { f } = this;
    const total = f.let(start(reduction, width));
    this.#runs(reduction, 1, (run) => {
      const part = f.let(start(reduction, width));
      run(
        (environment) =>
          f.set(
            part,
            valued(
              this.#combine(reduction, width, part, new Emitter(environment, [reduction.value]).emit(reduction.value)),
            ),
          ),
        width,
      );
      f.set(total, valued(this.#combine(reduction, width, total, part)));
    });
    return total;
  }

  /** Four partial results over every fourth element, joined in a fixed order at the end, then the remaining elements. */
  #reduceLanes(reduction: Reduction): Code {
    const { f } = this;
    const total = f.let(start(reduction, 4));
    const rest = f.let(start(reduction, 1));
    this.#runs(reduction, 4, (run) => {
      const part = f.let(start(reduction, 4));
      run((environment) => {
        const value = new Emitter(environment, [reduction.value]).emit(reduction.value);
        if (environment.width === 4) f.set(part, valued(this.#combine(reduction, 4, part, value)));
        else f.set(rest, valued(this.#combine(reduction, 1, rest, value)));
      }, 4);
      f.set(total, valued(this.#combine(reduction, 4, total, part)));
    });
    const name = scalarType(reduction.value.dtype) === 'f32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane';
    const lanes = [0, 1, 2, 3].map((i) => f.let(valued(lane(name, i, asVector(total))))) as Code[];
    const pairs = this.#combine(
      reduction,
      1,
      this.#combine(reduction, 1, lanes[0]!, lanes[1]!),
      this.#combine(reduction, 1, lanes[2]!, lanes[3]!),
    );
    return this.#combine(reduction, 1, pairs, rest);
  }

  /**
   * Loops over the reduction. `visit` is called once, inside the outer axes, and gets a function that writes the loop
   * over one run of the innermost axis; long runs are cut into parts. `step` 4 takes four neighbours of that axis at once.
   */
  #runs(
    reduction: Reduction,
    step: 1 | 4,
    visit: (run: (body: (environment: Environment) => void, width: 1 | 4) => void) => void,
  ): void {
    const { f, program } = this;
    const first = program.extents.length;
    const count = reduction.extents.length;
    const extent = (d: number): Code<'i32'> => (d === 0 ? this.parameters.reductionExtent : i32(reduction.extents[d]!));
    const loop = (d: number): void => {
      if (d < count - 1)
        return f.for(i32(0), extent(d), 1, (index) => this.#pointers.within(first + d, index, () => loop(d + 1)));
      if (count === 0) return visit((body, width) => body(this.#environment(width, first - 1)));
      const end = f.let(extent(d));
      const whole = step === 4 ? f.let(op('i32.and', end, i32(-4))) : end;
      f.for(i32(0), end, partLength, (from) => {
        visit((body, width) => {
          const limit = f.let(op('i32.add', from, i32(partLength)));
          const smaller = (bound: Code<'i32'>): Local<'i32'> => {
            const to = f.let(limit);
            f.if(op('i32.lt_s', bound, to), () => f.set(to, bound));
            return to;
          };
          const vectorAxis = step === 4 ? first + d : first - 1;
          const write = (axisWidth: 1 | 4) => (index: Local<'i32'>) =>
            this.#pointers.within(first + d, index, () => body(this.#environment(axisWidth, vectorAxis)));
          f.for(from, smaller(whole), step, write(step === 4 ? 4 : width));
          if (step === 4) {
            const tail = f.let(from);
            f.if(op('i32.gt_s', whole, tail), () => f.set(tail, whole));
            f.for(tail, smaller(end), 1, write(1));
          }
        });
      });
    };
    loop(0);
  }

  #scan(reduction: Reduction): void {
    const { f, program } = this;
    const total = f.let(start(reduction, 1));
    const axis = program.extents.length;
    f.for(i32(0), this.parameters.reductionExtent, 1, (step) => {
      const index = reduction.reverse
        ? f.let(op('i32.sub', op('i32.sub', this.parameters.reductionExtent, i32(1)), step))
        : step;
      this.#pointers.within(axis, index, () => {
        const environment = this.#environment(1, axis);
        f.set(
          total,
          valued(this.#combine(reduction, 1, total, new Emitter(environment, [reduction.value]).emit(reduction.value))),
        );
        this.#stores(1, total);
      });
    });
  }

  /** The payload at the first greatest value; NaN is the greatest. Negative payloads take no part. */
  #pick(reduction: Reduction): Code {
    const { f } = this;
    const type = scalarType(reduction.value.dtype);
    const best = f.let(i32(-1));
    const greatest = f.let(valued(type === 'f32' ? f32(0) : type === 'f64' ? f64(0) : i32(0)));
    this.#runs(reduction, 1, (run) => {
      run((environment) => {
        const emitter = new Emitter(environment, [reduction.payload!, reduction.value]);
        const payload = f.let(asWord(emitter.emit(reduction.payload!)));
        f.if(op('i32.ge_s', payload, i32(0)), () => {
          const value = f.let(valued(emitter.emit(reduction.value)));
          let wins = opByName(type === 'i32' ? 'i32.gt_s' : `${type}.gt`, value, greatest);
          if (type !== 'i32')
            wins = opByName(
              'i32.or',
              wins,
              opByName('i32.and', opByName(`${type}.ne`, value, value), opByName(`${type}.eq`, greatest, greatest)),
            );
          f.if(op('i32.or', op('i32.lt_s', best, i32(0)), asWord(wins)), () => {
            f.set(best, payload);
            f.set(greatest, value);
          });
        });
      }, 1);
    });
    return best;
  }

  /** Like #pick, for four neighbouring outputs. */
  #pickLanes(reduction: Reduction): Code {
    const { f } = this;
    const isFloat = reduction.value.dtype === 'float32';
    const none = vector(new Int32Array(4));
    const best = f.let(vector(new Int32Array(4).fill(-1)));
    const greatest = f.let(none);
    this.#runs(reduction, 1, (run) => {
      run((environment) => {
        const emitter = new Emitter(environment, [reduction.payload!, reduction.value]);
        const payload = f.let(asVector(emitter.emit(reduction.payload!)));
        const value = f.let(asVector(emitter.emit(reduction.value)));
        let wins = isFloat ? op('f32x4.gt', value, greatest) : op('i32x4.gt_s', value, greatest);
        if (isFloat)
          wins = op('v128.or', wins, op('v128.and', op('f32x4.ne', value, value), op('f32x4.eq', greatest, greatest)));
        const first = op('i32x4.lt_s', best, none);
        const chosen = f.let(op('v128.and', op('v128.or', wins, first), op('i32x4.ge_s', payload, none)));
        f.set(best, op('v128.bitselect', payload, best, chosen));
        f.set(greatest, op('v128.bitselect', value, greatest, chosen));
      }, 4);
    });
    return best;
  }

  #combine({ operation, value: { dtype } }: Reduction, width: 1 | 4, total: Code, value: Code): Code {
    const operate = width === 4 ? vectorOperation : scalarOperation;
    return operate(operation === 'sum' ? 'add' : 'maximum', dtype, [total, value], this.math, this.f);
  }

  #environment(width: 1 | 4, vectorAxis: number, result?: Code): Environment {
    const { f, math } = this;
    const { address, position } = this.#pointers;
    return {
      f,
      width,
      math,
      address,
      position,
      laneStep: (index) => stepOf(index, vectorAxis)!,
      ...(result && { result }),
    };
  }
}

function scalarType(dtype: DType): 'f32' | 'f64' | 'i32' {
  return dtype === 'float32' ? 'f32' : dtype === 'float64' ? 'f64' : 'i32';
}

/** What a reduction begins with. */
function start({ operation, value: { dtype } }: Reduction, width: 1 | 4): Code<'f32'> {
  const type = scalarType(dtype);
  const value = operation === 'sum' ? 0 : type === 'i32' ? -(2 ** 31) : -Infinity;
  if (width === 4)
    return valued(vector(type === 'f32' ? new Float32Array(4).fill(value) : new Int32Array(4).fill(value)));
  return valued(type === 'f32' ? f32(value) : type === 'f64' ? f64(value) : i32(value));
}
