import test from 'ava';
import { ReferenceBackend } from '../../src/backend/index.js';
import { isRepeat } from '../../src/compiler/index.js';
import {
  Engine,
  exp,
  gradCheck,
  gradients,
  hostTensor,
  inspect,
  scan,
  stopGradient,
  where,
  withVjp,
  zerosLike,
  type ScanOptions,
  type Tensor,
} from '../../src/index.js';
import { LoopInterpreterBackend } from '../../src/testing/index.js';

function withEngines(title: string, run: (t: import('ava').ExecutionContext, engine: Engine) => Promise<void>): void {
  for (const backend of [new ReferenceBackend(), new LoopInterpreterBackend()]) {
    test(`${backend.name}: ${title}`, async (t) => {
      const engine = new Engine(backend);
      await run(t, engine);
      engine.close();
    });
  }
}

withEngines('a running sum, forwards and backwards, with the carry before and after each step', async (t, engine) => {
  const [x, zero] = [engine.tensor([1, 2, 3, 4, 5]), engine.tensor(0)];
  const sums = (reverse: boolean) =>
    scan(([s], [part]) => ({ carry: [s.add(part!)], outputs: [s.add(part!), s] }), [zero], [x], { reverse });
  const forwards = sums(false);
  t.is(await forwards.carry[0].item(), 15);
  t.deepEqual(await forwards.outputs[0]!.array(), [1, 3, 6, 10, 15]);
  t.deepEqual(await forwards.outputs[1]!.array(), [0, 1, 3, 6, 10]);
  const backwards = sums(true);
  t.deepEqual(await backwards.outputs[0]!.array(), [15, 14, 12, 9, 5]);
  t.deepEqual(await backwards.outputs[1]!.array(), [14, 12, 9, 5, 0]);
  // d/dxⱼ Σᵢ sᵢ² = 2 Σ_{i ≥ j} sᵢ
  const [gradient] = gradients(forwards.outputs[0]!.square().sum(), [x]) as [Tensor];
  t.deepEqual(await gradient.array(), [70, 68, 62, 50, 30]);
});

withEngines(
  'without anything to walk along, with the number of the step, and with whole numbers',
  async (t, engine) => {
    const one = engine.tensor(Int32Array.of(1), []);
    const factorial = scan(([n], _, step) => ({ carry: [n.mul(step.add(1))], outputs: [step] }), [one], [], {
      length: 6,
    });
    t.is(await factorial.carry[0].item(), 720);
    t.deepEqual(await factorial.outputs[0]!.array(), [0, 1, 2, 3, 4, 5]);
    const fibonacci = scan(([a, b]) => ({ carry: [b!, a.add(b!)], outputs: [a] }), [one, one], [], { length: 8 });
    t.deepEqual(await fibonacci.outputs[0]!.array(), [1, 1, 2, 3, 5, 8, 13, 21]);
    t.is(await fibonacci.carry[0].item(), 34);
  },
);

withEngines('a counter beside a float carry takes no part in the gradient', async (t, engine) => {
  const [x, start, count] = [engine.tensor([2, 3, 4]), engine.tensor(1), engine.tensor(Int32Array.of(0), [])];
  // Multiplies by every other number.
  const { carry } = scan(
    ([product, n], [part]) => ({
      carry: [where(n!.equal(1), product, product.mul(part!)), where(n!.equal(1), 0, n!.add(1))],
    }),
    [start, count],
    [x],
  );
  t.is(await carry[0].item(), 8);
  t.is(await carry[1]!.item(), 1);
  const [byX, byStart] = gradients(carry[0], [x, start]) as [Tensor, Tensor];
  t.deepEqual(await byX.array(), [4, 0, 2]);
  t.is(await byStart.item(), 8);
});

withEngines('no steps leave the carry as it is, and gradients flow past them', async (t, engine) => {
  const [x, start] = [engine.tensor(new Float32Array(0), [0, 2]), engine.tensor([3, 4])];
  const { carry, outputs } = scan(([s], [part]) => ({ carry: [s.mul(part!)], outputs: [s] }), [start], [x]);
  t.deepEqual(await carry[0].array(), [3, 4]);
  t.deepEqual(outputs[0]!.shape, [0, 2]);
  t.deepEqual([...(await outputs[0]!.data())], []);
  const [byStart, byX] = gradients(carry[0].square().sum(), [start, x]) as [Tensor, Tensor];
  t.deepEqual(await byStart.array(), [6, 8]);
  t.deepEqual(byX.shape, [0, 2]);
});

test('gradients of first and second order agree with difference quotients', async (t) => {
  const xs = [[[0.5, -0.2]], [[0.3, 0.8]], [[-0.6, 0.1]]];
  const w = [
    [0.4, -0.3],
    [0.2, 0.9],
  ];
  const { compared } = await gradCheck(
    (x, h, c, weight) => {
      const { carry, outputs } = scan(
        ([state, cell], [part], step) => {
          const z = state.matmul(weight!).add(part!);
          const next = cell!.mul(z.sigmoid()).add(exp(z.neg()).mul(step.add(1).cast('float64')));
          return { carry: [next.tanh(), next], outputs: [next.div(2), state] };
        },
        [h!, c!],
        [x!],
      );
      return [...carry, ...outputs];
    },
    [xs, [[0.1, -0.4]], [[0.7, 0.2]], w],
    { order: 2 },
  );
  t.true(compared > 20);
});

withEngines('rules of derivative of the user hold within a step', async (t, engine) => {
  const [x, start, factor] = [engine.tensor([1, 2, 3]), engine.tensor(1), engine.tensor(2)];
  const { carry } = scan(
    ([s], [part]) => ({ carry: [s.add(stopGradient(part!.mul(factor)).mul(part!))] }),
    [start],
    [x],
  );
  const [byX, byFactor] = gradients(carry[0], [x, factor]) as [Tensor, Tensor];
  t.deepEqual(await byX.array(), [2, 4, 6]);
  t.is(await byFactor.item(), 0);
});

withEngines('a rule of the user may mix values of a step with tensors from outside', async (t, engine) => {
  const [x, start, factor] = [engine.tensor([1, 2]), engine.tensor(0.5), engine.tensor(0.25)];
  // y = e^(factor·x), of which the rule takes the derivative by x only.
  const power = (value: Tensor): Tensor =>
    withVjp(
      'power',
      [value],
      ([v]) => exp(v!.mul(factor)),
      (cotangent, [v]) => [cotangent.mul(exp(v!.mul(factor)).mul(factor))],
    );
  const { carry } = scan(([s], [part]) => ({ carry: [s.mul(power(part!))] }), [start], [x]);
  const [byX, byFactor] = gradients(carry[0], [x, factor]) as [Tensor, Tensor];
  const want = 0.25 * 0.5 * Math.exp(0.75);
  for (const value of await byX.data()) t.true(Math.abs(value - want) < 1e-6);
  t.is(await byFactor.item(), 0);
});

withEngines('gradients within a step are part of it', async (t, engine) => {
  const [start, rate] = [engine.tensor(3), engine.tensor(0.25)];
  // Gradient descent on s²: s ← s − rate·2s, so that s after n steps is (1 − 2·rate)ⁿ·s₀.
  const { carry } = scan(
    ([s]) => {
      const [slope] = gradients(s.square(), [s]) as [Tensor];
      return { carry: [s.sub(rate.mul(slope))] };
    },
    [start],
    [],
    { length: 4 },
  );
  t.is(await carry[0].item(), 3 / 16);
  const [byStart, byRate] = gradients(carry[0], [start, rate]) as [Tensor, Tensor];
  t.is(await byStart.item(), 1 / 16);
  t.is(await byRate.item(), 3 * 4 * -2 * 0.125);
});

test('compiles the same kernels for any length, with memory in proportion to it', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const step = engine.trace(([x, w]) => {
    const { outputs } = scan(
      ([h], [part]) => {
        const next = h.matmul(w!).add(part!).tanh();
        return { carry: [next], outputs: [next] };
      },
      [zerosLike(x!.sum(0))],
      [x!],
    );
    return gradients(outputs[0]!.square().sum(), [w!]);
  }, 'step');
  const plans = [];
  for (const length of [1, 100, 200, 10_000]) {
    const types = [
      { shape: [length, 4, 8], dtype: 'float32' },
      { shape: [8, 8], dtype: 'float32' },
    ] as const;
    plans.push((await step.prepare(types)).program);
  }
  const [one, hundred, twice, many] = plans.map(({ kernels, arenaBytes }) => ({ kernels: kernels.length, arenaBytes }));
  t.is(many!.kernels, one!.kernels);
  const perStep = (twice!.arenaBytes - hundred!.arenaBytes) / 100;
  t.is(many!.arenaBytes, hundred!.arenaBytes + 9900 * perStep);
  // Of 4×8 float32 each: the carry before the step, the output, 1 − tanh², and the cotangent of the output.
  t.true(perStep <= 4 * 4 * 8 * 4, `${perStep} bytes a step`);
  t.is(plans[0]!.kernels.filter(isRepeat).length, 2);
  engine.close();
});

test('segments take less memory for the gradient', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const arenaOf = async (options: ScanOptions): Promise<number> => {
    const step = engine.trace(([w]) => {
      const { carry } = scan(([h]) => ({ carry: [h.matmul(w!).tanh()] }), [w!], [], { length: 1024, ...options });
      return gradients(carry[0].square().sum(), [w!]);
    });
    return (await step.prepare([{ shape: [16, 16], dtype: 'float32' }])).program.arenaBytes;
  };
  const bytes = 16 * 16 * 4;
  t.true((await arenaOf({})) > 2 * 1024 * bytes);
  t.true((await arenaOf({ segment: 32 })) < 150 * bytes);
  engine.close();
});

test('the stages of the compiler show the body', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const step = engine.trace(
    ([x]) => scan(([s], [part]) => ({ carry: [s.add(part!)] }), [zerosLike(x!.sum(0))], [x!]).carry,
  );
  const { graph, loops, regions, memory } = await inspect(step, [{ shape: [7, 3], dtype: 'float32' }]);
  t.regex(graph, /= scan\(.*\{body: 3 nodes, length: 7, .*\} → output0\n {2}.*\n {2}.*\n {2}%\d+ = add\(.*→ carry 0/);
  t.regex(loops, /kernel 2 \(scan ×7\)\n {2}runs 7 times\n {2}%\d+ moves by 12 bytes each time/);
  t.regex(loops, / {2}kernel 2\.0 \(add\)\n {4}for i < 3: output0\[i\] = output0\[i\] \+ %\d+\[i\]/);
  t.regex(regions, /since it is returned, and it is computed step by step/);
  t.regex(memory, /output0: float32 \[3\]/);
  engine.close();
});

test('what does not fit says so', (t) => {
  const engine = new Engine(new ReferenceBackend());
  const [x, start] = [engine.tensor([[1, 2]]), engine.tensor([1, 2])];
  const errors: readonly [string, () => unknown, RegExp][] = [
    [
      'SHAPE_MISMATCH',
      () => scan(([s]) => ({ carry: [s.sum()] }), [start], [x]),
      /carry 0 is float32 \[2\] at first, but the step makes it float32 \[\]/,
    ],
    ['DTYPE_MISMATCH', () => scan(([s]) => ({ carry: [s.cast('int32')] }), [start], [x]), /makes it int32 \[2\]/],
    [
      'ATTRIBUTE_INVALID',
      () => scan(([s]) => ({ carry: [s, s] }), [start], [x]),
      /1 initial carries, but the step returns 2/,
    ],
    ['ATTRIBUTE_INVALID', () => scan(([s]) => ({ carry: [s] }), [start]), /length is undefined/],
    ['ATTRIBUTE_INVALID', () => scan(([s]) => ({ carry: [s] }), [start], [], { length: -1 }), /length is -1/],
    [
      'ATTRIBUTE_INVALID',
      () => scan(([s]) => ({ carry: [s] }), [start], [], { length: 7, segment: 2 }),
      /segments of 2 steps do not divide 7 steps/,
    ],
    [
      'SHAPE_MISMATCH',
      () => scan(([s]) => ({ carry: [s] }), [start], [x, start]),
      /\[2\] is not walked along in 1 steps/,
    ],
    ['OPERAND_INVALID', () => scan(() => ({ carry: [1 as never] }), [start], [x]), /an operand is 1/],
    ['OPERAND_INVALID', () => scan(() => ({}) as never, [start], [x]), /the carries that the step returns/],
  ];
  for (const [code, build, message] of errors) t.throws(build, { code, message });
  engine.close();
});

test('a tensor of a step that is kept and read, or used outside, is an error', async (t) => {
  const engine = new Engine(new ReferenceBackend());
  const run = (x: Tensor): Tensor => {
    let kept = x;
    scan(
      ([s], [part]) => {
        kept = s.mul(part!);
        return { carry: [kept] };
      },
      [zerosLike(x.sum(0))],
      [x],
    );
    return kept;
  };
  const message = /the body of a scan/;
  await t.throwsAsync(run(engine.tensor([1, 2])).data(), { code: 'GRAPH_READ_IN_TRACE', message });
  const traced = engine.trace(([x]) => [run(x!)]);
  await t.throwsAsync(traced.call([hostTensor([1, 2])]), { code: 'GRAPH_READ_IN_TRACE', message });
  engine.close();
});

test('equal scans share a program, others do not', async (t) => {
  const compiled: string[] = [];
  const engine = new Engine(new ReferenceBackend(), { onCompiled: ({ name }) => compiled.push(name) });
  const powers = (factor: number) =>
    scan(([s]) => ({ carry: [s.mul(factor)] }), [engine.tensor(1)], [], { length: 3 }).carry[0].item();
  t.deepEqual([await powers(2), await powers(2), await powers(3)], [8, 8, 27]);
  t.is(compiled.length, 2);
  engine.close();
});
