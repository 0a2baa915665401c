import test from 'ava';
import {
  atan2Primitive,
  erfPrimitive,
  expm1Primitive,
  log1pPrimitive,
  powPrimitive,
  tanhPrimitive,
  apply,
  scalar,
  unaryPrimitive,
  expandCalls,
  axisIndex,
  type LoopProgram,
  type Expression,
} from '../../src/graph/index.js';
import { hostTensor, Engine, mul, type Tensor } from '../../src/index.js';
import { LoopInterpreterBackend } from '../../src/testing/index.js';

// The interpreter has no functions of its own: it runs their definitions.
const engine = new Engine(new LoopInterpreterBackend());

const unaryFunctions = [
  { primitive: expm1Primitive, f: Math.expm1, from: -40, to: 300 },
  { primitive: log1pPrimitive, f: Math.log1p, from: -0.999, to: 1e6 },
  { primitive: tanhPrimitive, f: Math.tanh, from: -30, to: 30 },
];

/** Points that come close to 0 from both sides. */
function points(from: number, to: number): number[] {
  const spread = Array.from({ length: 200 }, (_, i) => from + ((to - from) * i) / 199);
  const small = Array.from({ length: 60 }, (_, i) => 10 ** (-i / 4));
  return [...spread, ...small, ...small.map((x) => -x)].filter((x) => x >= from && x <= to);
}

async function valuesOf(build: (...xs: Tensor[]) => Tensor, ...inputs: readonly number[][]): Promise<number[]> {
  const tensors = inputs.map((input) => engine.tensor(hostTensor(input, undefined, 'float64')));
  return [...(await build(...tensors).data())];
}

for (const { primitive, f, from, to } of unaryFunctions) {
  test(`${primitive.name} is defined to within a few units in the last place`, async (t) => {
    const xs = points(from, to);
    const got = await valuesOf((x) => apply(primitive, [x], undefined), xs);
    for (const [i, x] of xs.entries()) {
      const error = Math.abs(got[i]! - f(x)) / Math.max(Math.abs(f(x)), Number.MIN_VALUE);
      t.true(error < 2e-15, `${primitive.name}(${x}) is ${got[i]}, not ${f(x)}`);
    }
  });

  test(`${primitive.name} is defined at infinities, NaN and both zeros`, async (t) => {
    const xs = [Infinity, -Infinity, NaN, 0, -0];
    t.deepEqual(await valuesOf((x) => apply(primitive, [x], undefined), xs), xs.map(f));
  });
}

test('erf is defined to within 1e-15, with its limits and zeros', async (t) => {
  // Abramowitz & Stegun 1964, table 7.1 and 7.2; 1 − erf(3) = 2.209049699858544e-5.
  const table = [
    [0, 0],
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [0.99, 0.8385081],
    [1, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [2, 0.9953222650189527],
    [3, 1 - 2.209049699858544e-5],
    [7, 1],
    [Infinity, 1],
  ] as const;
  for (const [x, y] of table) {
    const tolerance = x === 0.99 ? 5e-8 : 1e-15;
    const [got, mirrored] = await valuesOf((tensor) => apply(erfPrimitive, [tensor], undefined), [x, -x]);
    t.true(Math.abs(got! - y) <= tolerance, `erf(${x}) is ${got}`);
    t.is(mirrored, -got!);
  }
  t.deepEqual(await valuesOf((x) => apply(erfPrimitive, [x], undefined), [NaN, -0]), [NaN, -0]);
});

test('pow and atan2 are defined as IEEE 754 and JavaScript have them', async (t) => {
  const special = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, 2.5, 1e10, -7];
  const [a, b] = [special.flatMap((x) => special.map(() => x)), special.flatMap(() => special)];
  const functions = [
    { primitive: powPrimitive, f: (x: number, y: number) => (x === 1 ? 1 : x ** y) },
    { primitive: atan2Primitive, f: Math.atan2 },
  ];
  for (const { primitive, f } of functions) {
    const got = await valuesOf((x, y) => apply(primitive, [x!, y!], undefined), a, b);
    for (const [i, x] of a.entries()) {
      const [want, found, y] = [f(x, b[i]!), got[i]!, b[i]!];
      const isNear = Math.abs(found - want) <= 1e-13 * Math.abs(want) && Object.is(Math.sign(found), Math.sign(want));
      t.true(Object.is(found, want) || isNear, `${primitive.name}(${x}, ${y}) is ${found}, not ${want}`);
    }
  }
});

test('atan2 is defined to within 1e-15 all around the circle', async (t) => {
  const angles = Array.from({ length: 500 }, (_, i) => -Math.PI + ((i + 0.5) * 2 * Math.PI) / 500);
  const got = await valuesOf(
    (y, x) => apply(atan2Primitive, [y!, x!], undefined),
    angles.map((angle) => 3 * Math.sin(angle)),
    angles.map((angle) => 3 * Math.cos(angle)),
  );
  for (const [i, angle] of angles.entries()) t.true(Math.abs(got[i]! - angle) < 1e-15 * Math.PI, `${angle}: ${got[i]}`);
});

const x = { kind: 'load', dtype: 'float32', buffer: 0, index: axisIndex(0) } as const;
const programOf = (value: Expression): LoopProgram => ({
  extents: [4],
  parallel: 1,
  buffers: ['float32', 'float32'],
  stores: [{ buffer: 1, index: axisIndex(0), value }],
});

test('calls give way to definitions where a backend has no code of its own, and operands stay shared', (t) => {
  const square = scalar.named('square', (operand) => scalar.mul(operand, operand));
  const fourth = scalar.named('fourth', (operand) => square(square(operand)));
  const sum = scalar.add(x, 1);
  const program = programOf(scalar.add(fourth(sum), sum));

  const [store] = expandCalls(program).stores;
  const { value } = store!;
  if (value.kind !== 'binary' || value.x.kind !== 'binary') return t.fail();
  t.is(value.x.operation, 'mul');
  t.is(value.x.x, value.x.y);
  const inner = value.x.x;
  t.true(inner.kind === 'binary' && inner.x === inner.y && inner.x === value.y, 'x + 1 is computed once');

  t.is(
    expandCalls(program, (name) => name === 'fourth'),
    program,
  );
  const half = expandCalls(program, (name) => name === 'square').stores[0]!.value;
  t.true(half.kind === 'binary' && half.x.kind === 'call' && half.x.function.name === 'square');
  t.is(
    expandCalls(program, (_, dtype) => dtype === 'float32'),
    program,
  );
});

test('a function without a name of its own is part of the expression', async (t) => {
  const cubePrimitive = unaryPrimitive({
    name: 'acme/cube',
    evaluate: (value) => value ** 3,
    expression: (value) => scalar.mul(value, scalar.mul(value, value)),
    vjp: (cotangent, value) => mul(cotangent, mul(mul(value, value), 3)),
  });
  t.deepEqual(await valuesOf((value) => apply(cubePrimitive, [value], undefined), [1, -2, 3]), [1, -8, 27]);
});
