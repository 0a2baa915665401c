import { call, i32, load, op, type Code, type FunctionBuilder } from '../../src/assembler/index.js';
import { instantiate } from '../assembler/instantiate.js';

/** A vector function as its file writes it. */
export type VectorFunction = (f: FunctionBuilder, ...operands: Code<'v128'>[]) => Code<'v128'>;

const PAGE = 65536;

/** Runs a vector function over arrays of 32-bit numbers (of one length), four elements at a time. */
export function evaluate<Numbers extends Float32Array | Int32Array>(
  body: VectorFunction,
  ...operands: readonly Numbers[]
): Numbers {
  const first = operands[0]!;
  const bytes = Math.ceil(first.byteLength / 16) * 16;
  const { run, memory } = instantiate(
    (module) => {
      const parameters = new Array<'v128'>(operands.length).fill('v128');
      const vector = module.define('vector', { operands: parameters }, (f, given) => body(f, ...given.operands));
      const map = module.define('map', {}, (f) => {
        f.for(i32(0), i32(bytes), 16, (place) => {
          const values = operands.map((_, i) => load('v128.load', op('i32.add', place, i32((i + 1) * bytes))));
          f.store('v128.store', place, call(vector, { operands: values }));
        });
      });
      module.export(map);
    },
    { pages: Math.ceil((bytes * (operands.length + 1)) / PAGE) },
  );
  const view = (array: number): Numbers =>
    Reflect.construct(first.constructor, [memory.buffer, array * bytes, first.length]);
  operands.forEach((operand, i) => view(i + 1).set(operand));
  run['map']!();
  return view(0).slice() as Numbers;
}
