import test from 'ava';
import {
  concatenate,
  cumulativeSum,
  Engine,
  flip,
  matmul,
  sizeOf,
  type Tensor,
  type Variable,
} from '../../src/index.js';
import { compileGraph, ReferenceBackend, type CompiledGraph } from '../../src/backend/index.js';

const engine = new Engine(new ReferenceBackend());

/** The program that gives variables new values, all of them computed from the old ones. */
function update(
  variables: readonly Variable[],
  newValues: (...old: Tensor[]) => readonly (Tensor | undefined)[],
): CompiledGraph {
  const traced = engine.trace(() => {
    const values = newValues(...variables.map(({ value }) => value));
    values.forEach((value, i) => value && void variables[i]!.assign(value));
    return [];
  });
  return compileGraph(traced.graph([]).graph);
}

function matrices(count: number): Variable[] {
  return Array.from({ length: count }, (_, i) =>
    engine.variable(new Float32Array(9), { name: `v${i}`, shape: [3, 3] }),
  );
}

function copies({ program }: CompiledGraph): number {
  return program.kernels.filter(({ label }) => label === 'copy').length;
}

/** Updates of one 3 × 3 variable, with whether they may be computed in its own memory. */
const updates: readonly [what: string, build: (x: Tensor) => Tensor, isInPlace: boolean][] = [
  ['each element from itself', (x) => x.mul(2).add(1), true],
  ['each element from itself, several times', (x) => x.mul(x).add(x.exp()), true],
  ['elements from other places', (x) => flip(x, 0), false],
  ['elements from themselves and from other places', (x) => x.add(x.transpose()), false],
  ['a reduction over it', (x) => matmul(x, x), false],
  ['a reduction over it, with its elements in the epilogue', (x) => x.sub(matmul(x, x)), false],
  ['elements after a reduction over something else', (x) => x.sub(matmul(x.exp(), x.neg()).mul(0.1)), true],
  ['a running sum', (x) => cumulativeSum(x, 0), false],
  ['another shape on the way', (x) => x.reshape([9]).neg().reshape([3, 3]), true],
  ['parts of it side by side', (x) => concatenate([x.slice([1, 0]), x.slice([0, 0], [1, 3])], 0), false],
];

for (const [what, build, isInPlace] of updates) {
  test(`${isInPlace ? 'in place' : 'copied at the end'}: ${what}`, (t) => {
    t.is(copies(update(matrices(1), (x) => [build(x!)])) > 0, !isInPlace);
  });
}

test('whoever reads the old value runs before it is overwritten', (t) => {
  const compiled = update(matrices(2), (x, y) => [x!.neg(), matmul(x!, y!).sum(0).add(y!)]);
  const { program, simplified } = compiled;
  const x = simplified.leaves.indexOf(simplified.updates[0]!.leaf);
  const overwrites = program.kernels.findIndex(({ writes }) => writes.some(({ storage }) => storage === x));
  const readers = program.kernels.flatMap(({ reads }, k) => (reads.some(({ storage }) => storage === x) ? [k] : []));
  t.true(readers.length > 1);
  t.is(Math.max(...readers), overwrites);
  t.is(copies(compiled), 0);
});

test('of values that need each other’s old values in a circle, one is copied', (t) => {
  // Different shapes, so that they are different kernels.
  const [x, y, z] = [[3, 3], [3], [9]].map((shape) => engine.variable(new Float32Array(sizeOf(shape)), { shape }));
  const row = (matrix: Tensor): Tensor => matrix.slice([0, 0], [1, 3]).reshape([3]);
  t.is(copies(update([x!, y!], (a, b) => [a!.sub(b!), b!.sub(row(a!))])), 1);
  t.is(copies(update([x!, y!, z!], (a, b, c) => [a!.sub(b!), b!.sub(c!.slice([0], [3])), c!.sub(a!.reshape([9]))])), 1);
});

test('old values that change places go through memory of their own', (t) => {
  // Two copies to the side and two back; the third is in place.
  const compiled = update(matrices(3), (x, y, z) => [y, x, z!.neg()]);
  t.is(copies(compiled), 4);
});

test('one value for two variables is computed in the one and copied to the other', (t) => {
  const compiled = update(matrices(2), (x) => {
    const next = x!.exp();
    return [next, next];
  });
  t.is(copies(compiled), 1);
});

test('a value that is copied from is not overwritten before', (t) => {
  // y takes the old value of x, so x must not get its own new value in place before that.
  const compiled = update(matrices(2), (x) => [x!.neg(), x]);
  const { program, simplified } = compiled;
  const [x, y] = simplified.updates.map(({ leaf }) => simplified.leaves.indexOf(leaf)) as [number, number];
  const writes = program.kernels.map((kernel) => kernel.writes.map(({ storage }) => storage)).flat();
  t.true(writes.includes(x) && writes.includes(y));
  const overwritten = program.kernels.findIndex((kernel) => kernel.writes.some(({ storage }) => storage === x));
  const lastRead = program.kernels.findLastIndex((kernel) => kernel.reads.some(({ storage }) => storage === x));
  t.true(lastRead < overwritten);
});

test('inputs come before their users', (t) => {
  const compiled = update(matrices(1), (x) => [matmul(matmul(x!, x!).tanh(), x!).softmax().sum(0).add(x!)]);
  const written = new Set<number>(compiled.simplified.leaves.keys());
  for (const { reads, writes, label } of compiled.program.kernels) {
    for (const { storage } of reads) t.true(written.has(storage), `${label} reads what nobody has written`);
    for (const { storage } of writes) written.add(storage);
  }
  t.true(compiled.program.kernels.length > 3);
});
