import test from 'ava';
import {
  argMax,
  concatenate,
  convolve,
  cumulativeSum,
  Engine,
  gradients,
  inspect,
  matmul,
  relu,
  softmax,
  stages,
  take,
  type Tensor,
  type TensorType,
  type Traceable,
} from '../../src/index.js';
import { ReferenceBackend, type Program } from '../../src/backend/index.js';

const float32 = (...shape: number[]): TensorType => ({ shape, dtype: 'float32' });
const engine = new Engine(new ReferenceBackend());

const dense = (build: Traceable = ([x, w, b]) => [relu(matmul(x!, w!).add(b!))]) =>
  inspect(engine.trace(build), [float32(2, 3), float32(3, 4), float32(4)], {
    inputs: ['x', 'w', 'b'],
    outputs: ['y'],
  });

test('the graph as written: a line for each node, with the names that are given', async (t) => {
  t.is(
    (await dense()).graph,
    `x = input(): float32 [2, 3]
%0 = reshape(x): float32 [1, 2, 3]
w = input(): float32 [3, 4]
%1 = transpose(w): float32 [4, 3] {permutation: [1, 0]}
%2 = reshape(%1): float32 [1, 4, 3]
%3 = convolution(%0, %2): float32 [1, 2, 4] {stride: [], padding: [], inputDilation: [], kernelDilation: []}
%4 = reshape(%3): float32 [2, 4]
b = input(): float32 [4]
%5 = broadcastTo(b): float32 [2, 4]
%6 = add(%4, %5): float32 [2, 4]
%7 = literal(): float32 [] {value: 0}
%8 = broadcastTo(%7): float32 [2, 4]
%9 = maximum(%6, %8): float32 [2, 4]
%10 = withVjp(%9, %6): float32 [2, 4] {name: relu} → y`,
  );
});

test('the simplified graph keeps the numbers of what is left, and has new ones for new nodes', async (t) => {
  const { graph, simplified } = await inspect(
    engine.trace(([x]) => [x!.neg().neg().add(0).mul(x!.transpose().transpose()).exp()]),
    [float32(2, 3)],
  );
  t.is(graph.split('\n').length, 10);
  t.regex(graph, /^%8 = exp\(%7\): float32 \[2, 3\] → output0$/m);
  t.is(
    simplified,
    `input0 = input(): float32 [2, 3]
%9 = mul(input0, input0): float32 [2, 3]
%10 = exp(%9): float32 [2, 3] → output0`,
  );
});

test('nodes say which layer they were built for, and results which variable they update', async (t) => {
  const weight = engine.variable([1, 2], { name: 'stem/weight' });
  const { graph } = await inspect(
    engine.trace(() => {
      void weight.assign(weight.value.neg());
      return [];
    }),
    [],
  );
  t.is(graph, 'stem/weight = variable(): float32 [2]\n%0 = neg(stem/weight): float32 [2] → stem/weight');
});

test('the loops of a dense layer with relu', async (t) => {
  t.is(
    (await dense()).loops,
    `kernel 0 (convolution add maximum)
  for i < 2: for j < 4:
    result = 0
    for k < 3: result += x[3·i + k] · w[4·k + j]
    y[4·i + j] = max(result + b[j], 0)`,
  );
});

test('convolution, bias and relu are one nest: y[o] = Σⱼ w[j] · x̂[o + j − 1]', async (t) => {
  const { loops } = await inspect(
    engine.trace(([x, w, b]) => [relu(convolve(x!, w!, { padding: 'same' }).add(b!))]),
    [float32(32, 3, 28, 28), float32(8, 3, 3, 3), float32(8, 1, 1)],
    { inputs: ['x', 'w', 'b'], outputs: ['y'] },
  );
  t.is(
    loops,
    `kernel 0 (convolution add maximum)
  for i < 32: for j < 8: for k < 28: for m < 28:
    result = 0
    for n < 3: for p < 3: for q < 3:
      t0 = 0 ≤ k + p − 1 < 28 and 0 ≤ m + q − 1 < 28 ? x[2352·i + 784·n + 28·(k + p − 1) + m + q − 1] : 0
      result += t0 · w[27·j + 9·n + 3·p + q]
    y[6272·i + 784·j + 28·k + m] = max(result + b[j], 0)`,
  );
});

test('the region of a dense layer with relu', async (t) => {
  t.is(
    (await dense()).regions,
    `kernel 0 (convolution add maximum)
  computes  transpose %1, reshape %2, convolution %3, reshape %4, broadcastTo %5, add %6, literal %7,
            broadcastTo %8, maximum %9
  anchor    convolution %3
  epilogue  reshape %4, add %6, maximum %9
  reads     w, x, b
  stores    maximum %9 as y, since it is returned`,
  );
});

/** Functions of a 4 × 4 matrix, with the reason for which a value in between is stored. */
const reasons: readonly [what: string, build: (x: Tensor) => readonly Tensor[], reason: RegExp][] = [
  ['an output', (x) => [x.exp()], /exp %\d+ as output0, since it is returned/],
  ['an operand', (x) => [matmul(x.exp(), x)], /exp %\d+, since it is an operand of convolution/],
  [
    'the source of a gather',
    (x) => [take(x.exp(), argMax(x, 1))],
    /exp %\d+, since it is read at computed or repeated positions by gather/,
  ],
  [
    'a value with two costly users',
    (x) => [x.exp().sum(0), x.exp().max(1)],
    /exp %\d+, since it is used by sum %\d+, max/,
  ],
  ['a result that is reduced again', (x) => [x.sum(0).max()], /sum %\d+, since it is reduced again by max/],
  [
    'a result that is broadcast',
    (x) => [x.sub(x.sum(0))],
    /sum %\d+, since its elements are moved or repeated by broadcastTo/,
  ],
  ['a result with two users', (x) => [x.sum(0).exp(), x.sum(0).neg()], /sum %\d+, since it is used by exp %\d+, neg/],
  [
    'a value that a broadcast would compute again',
    (x) => [x.slice([0, 0], [1, 4]).exp().add(x)],
    /exp %\d+, since it is repeated by broadcastTo/,
  ],
  [
    'a reshape that splits axes',
    (x) => [x.transpose().reshape([2, 8]).exp()],
    /transpose %\d+, since its axes are split by reshape/,
  ],
  ['a scan', (x) => [cumulativeSum(x, 0).exp()], /cumulativeSum %\d+, since its elements are added up in memory/],
  [
    'two results that meet',
    (x) => [x.sum(0).add(x.max(0))],
    /max %\d+, since it meets the result of another reduction in add/,
  ],
  [
    'an expression without end',
    (x) => [Array.from({ length: 90 }, (_, n) => n + 1).reduce((y, n) => y.mul(n).maximum(x), x)],
    /since its expression would grow too long/,
  ],
];

for (const [what, build, reason] of reasons) {
  test(`why it is stored: ${what}`, async (t) => {
    const { regions } = await inspect(
      engine.trace(([x]) => build(x!)),
      [float32(4, 4)],
    );
    t.regex(regions.replaceAll(/,\n +/g, ', '), reason);
  });
}

test('every stored value has a reason', async (t) => {
  const { compiled } = await inspect(
    engine.trace(([x, w]) => {
      const loss = softmax(matmul(x!, w!).tanh())
        .mul(concatenate([x!, x!], 1).sum(1, true))
        .mean();
      return [loss, ...gradients(loss, [x!, w!])];
    }),
    [float32(4, 3), float32(3, 5)],
  );
  const stored = compiled.regions.flatMap(({ roots }) => roots);
  t.true(stored.length > 5);
  for (const node of stored) t.true(compiled.reasons.get(node)!.length > 0, node.toString());
});

test('memory: blocks that are needed together do not overlap, and the text has a line for each', async (t) => {
  const { compiled, memory } = await inspect(
    engine.trace(([x, w]) => {
      const loss = softmax(matmul(x!, w!).tanh()).square().mean();
      return [loss, ...gradients(loss, [x!, w!])];
    }),
    [float32(16, 30), float32(30, 20)],
  );
  const blocks = compiled.memory;
  t.true(blocks.length > 4);
  let shared = 0;
  blocks.forEach((a, i) =>
    blocks.slice(0, i).forEach((b) => {
      const overlap = a.offset < b.offset + b.bytes && b.offset < a.offset + a.bytes;
      if (overlap) shared++;
      t.false(overlap && a.from <= b.to && b.from <= a.to, `${a.node.toString()} and ${b.node.toString()}`);
    }),
  );
  t.true(shared > 0, 'no two blocks share their place');
  const [arena] = memory.split('\n\n') as [string];
  t.is(arena.split('\n').length, 2 + blocks.length);
  t.is(arena.split('\n')[0], `arena of ${compiled.program.arenaBytes} bytes`);
});

test('memory: lines of the arena and of what is bound', async (t) => {
  t.is(
    (await dense()).memory,
    `arena of 64 bytes
  offset  bytes  kernels  holds
       0     32  0 – end  y: float32 [2, 4]

bound at each run
  bytes  holds
     24  x: float32 [2, 3]
     48  w: float32 [3, 4]
     16  b: float32 [4]`,
  );
});

test('a variable that is updated in place is read and written under its name', async (t) => {
  const weight = engine.variable(new Float32Array(4), { name: 'weight' });
  const { loops, regions } = await inspect(
    engine.trace(([g]) => {
      void weight.assign(weight.value.sub(g!.mul(0.1)));
      return [];
    }),
    [float32(4)],
    { inputs: ['g'] },
  );
  t.is(loops, 'kernel 0 (mul sub)\n  for i < 4: weight[i] = weight[i] − g[i] · 0.1');
  t.regex(regions, /as weight, since it is the new value of a variable/);
});

test('variables that change places go through copies', async (t) => {
  const a = engine.variable([1, 2, 3], { name: 'a' });
  const b = engine.variable([4, 5, 6], { name: 'b' });
  const { loops } = await inspect(
    engine.trace(() => {
      const [x, y] = [a.value, b.value];
      void a.assign(y);
      void b.assign(x);
      return [];
    }),
    [],
  );
  t.deepEqual(
    loops.split('\n').filter((line) => line.startsWith('  ')),
    [
      '  for i < 3: b.copy[i] = b[i]',
      '  for i < 3: a.copy[i] = a[i]',
      '  for i < 3: a[i] = b.copy[i]',
      '  for i < 3: b[i] = a.copy[i]',
    ],
  );
});

test('variables of one name are told apart', async (t) => {
  const variables = [1, 2].map((value) => engine.variable([value]));
  const { loops } = await inspect(
    engine.trace(() => [variables[0]!.value.add(variables[1]!.value)]),
    [],
  );
  t.regex(loops, /output0\[0\] = variable\[0\] \+ variable#2\[0\]/);
});

test('code: what the backend shows, kernel by kernel', async (t) => {
  class ShowingBackend extends ReferenceBackend {
    async render({ kernels }: Program) {
      return kernels.map(({ label }) => ({ kernel: label, language: 'poem', text: `roses are ${label}\n` }));
    }
  }
  const showing = new Engine(new ShowingBackend());
  const { code } = await inspect(
    showing.trace(([x]) => [x!.sum(0).max()]),
    [float32(2, 2)],
  );
  t.is(code, 'kernel 0 (sum), poem\nroses are sum\n\nkernel 1 (max), poem\nroses are max');
  t.is((await dense()).code, "The backend 'reference' shows no code.");
});

test('nothing is compiled by the backend, and no variable changes', async (t) => {
  class Counting extends ReferenceBackend {
    compilations = 0;
    override compile(program: Program) {
      this.compilations++;
      return super.compile(program);
    }
  }
  const backend = new Counting();
  const counted = new Engine(backend);
  const variable = counted.variable([1, 2]);
  const view = await inspect(
    counted.trace(() => {
      void variable.assign(variable.value.mul(2));
      return [];
    }),
    [],
  );
  t.deepEqual(Object.keys(view).sort(), [...stages, 'compiled'].sort());
  t.is(backend.compilations, 0);
  t.deepEqual([...(await variable.read()).data], [1, 2]);
});
