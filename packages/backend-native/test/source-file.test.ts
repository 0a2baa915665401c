import { axisIndex, type LoopProgram } from '@adjoint/core/primitives';
import test from 'ava';
import { indented } from '../src/render/indented.js';
import { functionText, renderFunction, sourceFile } from '../src/source-file.js';

const target = { lanes: 8, registers: 16 };

/** Copies `rows` × 3 elements. */
function copy(rows: number): LoopProgram {
  const index = { offset: 0, coefficients: [3, 1], divisor: 1 };
  return {
    extents: [rows, 3],
    parallel: 2,
    stores: [{ buffer: 1, index, value: { kind: 'load', dtype: 'float32', buffer: 0, index } }],
    buffers: ['float32', 'float32'],
  };
}

/** C = A·B of `size`² matrices. */
function product(size: number): LoopProgram {
  const at = (row: number, column: number) => ({
    offset: 0,
    coefficients: [0, 1, 2].map((axis) => (axis === row ? size : axis === column ? 1 : 0)),
    divisor: 1,
  });
  const load = (buffer: number, row: number, column: number) =>
    ({ kind: 'load', dtype: 'float32', buffer, index: at(row, column) }) as const;
  const value = { kind: 'binary', dtype: 'float32', operation: 'mul', x: load(0, 0, 2), y: load(1, 2, 1) } as const;
  return {
    extents: [size, size],
    parallel: 2,
    reduction: { operation: 'sum', extents: [size], value },
    stores: [{ buffer: 2, index: at(0, 1), value: { kind: 'result', dtype: 'float32' } }],
    buffers: ['float32', 'float32', 'float32'],
  };
}

test('loops have one C for every extent of their first axis; a contraction has one for its shape', (t) => {
  t.is(renderFunction(copy(5), target).text, renderFunction(copy(9), target).text);
  t.not(renderFunction(product(16), target).text, renderFunction(product(32), target).text);
  t.is(renderFunction(product(16), target).text, renderFunction(product(16), target).text);
});

test('constants that differ in the sign of zero alone have different C', (t) => {
  const guarded = (otherwise: number): LoopProgram => ({
    extents: [4],
    parallel: 1,
    stores: [
      {
        buffer: 1,
        index: axisIndex(0),
        value: {
          kind: 'guard',
          dtype: 'float32',
          guards: [{ index: axisIndex(0), extent: 2 }],
          x: { kind: 'load', dtype: 'float32', buffer: 0, index: axisIndex(0) },
          otherwise,
        },
      },
    ],
    buffers: ['float32', 'float32'],
  });
  t.not(renderFunction(guarded(0), target).text, renderFunction(guarded(-0), target).text);
});

test('all functions of a kernel are named after it and follow its label', (t) => {
  const rendered = renderFunction(product(64), target);
  const text = functionText({ name: 'first', label: 'dense1: matmul', rendered });
  t.true(text.startsWith('// dense1: matmul\nstatic void first_pack_vector('));
  t.regex(text, /\nvoid first\(int64_t end/);
  t.notRegex(text, /KERNEL/);
});

test('a label is a comment of one line, whatever it contains', (t) => {
  const rendered = renderFunction(copy(2), target);
  const text = functionText({ name: 'f', label: 'naïve\nint x; \\', rendered });
  t.true(text.startsWith('// naïve int x;\nvoid f('));
});

test('source files that differ in labels alone differ in comment lines alone', (t) => {
  const rendered = renderFunction(copy(2), target);
  const lines = (label: string) => sourceFile([{ name: 'f', label, rendered }], target).split('\n');
  const [one, other] = [lines('one'), lines('other')];
  t.deepEqual(
    one.filter((line, i) => line !== other[i]),
    ['// one'],
  );
});

test('C is indented by its blocks and heads of loops', (t) => {
  t.is(
    indented(`void f(void) {
for (long i = 0; i < 2; i++) {
if (i > 0)
g(i);
{ h(i); }
}}
void g(long i) {
}`),
    `void f(void) {
  for (long i = 0; i < 2; i++) {
    if (i > 0)
      g(i);
    { h(i); }
  }
}

void g(long i) {
}
`,
  );
});
