import test from 'ava';
import wabt from 'wabt';
import {
  add,
  call,
  div,
  f64,
  i32,
  larger,
  ModuleBuilder,
  mul,
  op,
  rem,
  select,
  smaller,
  sub,
} from '../../src/assembler/index.js';
import { instantiate } from './instantiate.js';

test('loops count, and do not run at all over an empty range', (t) => {
  const { run } = instantiate((module) => {
    const sum = module.define('sum', { from: 'i32', to: 'i32', scale: 'i32' }, (f, { from, to, scale }) => {
      const total = f.local('i32');
      f.for(from, to, 3, (i) => f.set(total, op('i32.add', total, op('i32.mul', i, scale))));
      return total;
    });
    module.export(sum);
  });
  t.is(run['sum']!(0, 10, 1), 0 + 3 + 6 + 9);
  t.is(run['sum']!(-2, 2, 10), -20 + 10);
  t.is(run['sum']!(5, 5, 1), 0);
  t.is(run['sum']!(6, 5, 1), 0);
});

test('branches reach the label that they name through nested blocks', (t) => {
  const { run } = instantiate((module) => {
    // The least divisor of n above 1.
    const divisor = module.define('divisor', { n: 'i32' }, (f, { n }) => {
      const d = f.let(i32(1));
      f.block((found) => {
        f.loop((next) => {
          f.set(d, op('i32.add', d, i32(1)));
          f.if(
            op('i32.eqz', op('i32.rem_u', n, d)),
            () => f.branch(found),
            () => f.branch(next),
          );
        });
      });
      return d;
    });
    module.export(divisor, 'leastDivisor');
  });
  t.is(run['leastDivisor']!(35), 5);
  t.is(run['leastDivisor']!(13), 13);
});

test('imports may be added after functions that are called', (t) => {
  const { run } = instantiate(
    (module) => {
      const twice = module.define('twice', { x: 'f64' }, (_, { x }) => op('f64.add', x, x));
      const power = module.importFunction('host', 'power', { base: 'f64', exponent: 'f64' }, 'f64');
      const both = module.define('both', { x: 'f64' }, (_, { x }) =>
        call(power, { exponent: f64(3), base: call(twice, { x }) }),
      );
      module.export(both);
    },
    { imports: { power: Math.pow } },
  );
  t.is(run['both']!(2), 64);
});

test('operands go to the parameters of their names, whatever their order', (t) => {
  const { run } = instantiate((module) => {
    const polynomial = module.define(
      'polynomial',
      { x: 'i32', c: ['i32', 'i32', 'i32'] },
      (_, { x, c: [c0, c1, c2] }) => op('i32.add', c0, op('i32.mul', x, op('i32.add', c1, op('i32.mul', x, c2)))),
    );
    module.export(
      module.define('at10', { x: 'i32' }, (_, { x }) =>
        call(polynomial, { c: [i32(1), i32(2), i32(3)], x: op('i32.add', x, i32(10)) }),
      ),
    );
  });
  t.is(run['at10']!(0), 321);
});

test('a missing, an unknown and a mistyped operand do not compile', (t) => {
  const module = new ModuleBuilder();
  const pair = module.define('pair', { low: 'i32', high: 'f64' }, (f) => f.return());
  const lanes = module.define('lanes', { lanes: ['i32', 'i32'] }, (f) => f.return());
  const calls: readonly (() => unknown)[] = [
    // @ts-expect-error `high` is missing.
    () => call(pair, { low: i32(0) }),
    // @ts-expect-error There is no `hihg`.
    () => call(pair, { low: i32(0), hihg: f64(0) }),
    // @ts-expect-error `high` is an f64.
    () => call(pair, { low: i32(0), high: i32(0) }),
    // @ts-expect-error There are two lanes.
    () => call(lanes, { lanes: [i32(0)] }),
  ];
  // Nor do they pass unseen where types are only known at run time.
  for (const wrong of calls) t.throws(wrong, { message: /^assembler: (pair|lanes) takes \(.*\) as (high|lanes), not/ });
});

test('statements without a value, early return, select and dropped values', (t) => {
  const { run, memory } = instantiate((module) => {
    const put = module.define('put', { address: 'i32', value: 'i32' }, (f, { address, value }) => {
      f.if(op('i32.lt_s', value, i32(0)), () => f.return());
      f.store('i32.store', address, value, 4);
    });
    const larger = module.define('larger', { x: 'i32', y: 'i32' }, (f, { x, y }) => {
      f.call(put, { address: i32(0), value: x });
      f.do(op('i32.add', x, y));
      return select(op('i32.gt_s', x, y), x, y);
    });
    module.export(larger);
    module.export(put);
  });
  t.is(run['larger']!(3, 9), 9);
  t.is(run['larger']!(-3, -9), -3);
  t.deepEqual([...new Int32Array(memory.buffer, 0, 3)], [0, 3, 0]);
});

test('stack traces name the functions', (t) => {
  const { run } = instantiate((module) => {
    const divide = module.define('conv1: sum, and more', { x: 'i32' }, (_, { x }) => op('i32.div_u', i32(1), x));
    module.export(
      module.define('step', { x: 'i32' }, (_, { x }) => call(divide, { x })),
      'run',
    );
  });
  const { stack } = t.throws(() => run['run']!(0), { instanceOf: WebAssembly.RuntimeError })!;
  t.regex(stack!, /at conv1: sum, and more .*\n.*at step /);
});

test('long names are cut', (t) => {
  const module = new ModuleBuilder();
  module.define('x'.repeat(101), {}, (f) => f.return());
  const [names] = WebAssembly.Module.customSections(new WebAssembly.Module(module.build()), 'name');
  t.regex(new TextDecoder().decode(names), /(?<!x)x{99}…/);
});

test('arithmetic of constants is done when the code is written', (t) => {
  const known = [
    add(i32(3), i32(-5)),
    sub(i32(3), i32(-5)),
    mul(i32(65536), i32(65537)),
    smaller(i32(-1), i32(2)),
    larger(i32(-1), i32(2)),
  ];
  t.deepEqual(
    known.map(({ constant }) => constant),
    [-2, 8, 65536, -1, 2],
  );
  const { run } = instantiate((module) => {
    const same = module.define('same', { x: 'i32' }, (_, { x }) =>
      add(i32(0), sub(add(mul(i32(1), div(mul(x, i32(1)), i32(1))), i32(0)), i32(0))),
    );
    const all = module.define('all', { x: 'i32', y: 'i32' }, (_, { x, y }) =>
      add(mul(smaller(x, y), i32(100)), add(mul(larger(x, y), i32(10)), sub(div(x, y), rem(x, y)))),
    );
    module.export(same);
    module.export(all);
  });
  t.is(run['same']!(-7), -7);
  t.is(run['all']!(9, 4), 400 + 90 + 2 - 1);
});

test('functions and imports keep their names; types appear once', async (t) => {
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: 1, maximum: 16, shared: true });
  const power = module.importFunction('host', 'power', { base: 'f64', exponent: 'f64' }, 'f64');
  module.define('square', { x: 'f64' }, (_, { x }) => call(power, { base: x, exponent: f64(2) }));
  module.define('hypotenuse', { x: 'f64', y: 'f64' }, (_, { x, y }) =>
    op('f64.sqrt', op('f64.add', op('f64.mul', x, x), op('f64.mul', y, y))),
  );
  const bytes = module.build();
  t.true(WebAssembly.validate(bytes));
  const { readWasm } = await wabt();
  const parsed = readWasm(bytes, { readDebugNames: true, check: true, threads: true });
  const text = parsed.toText({});
  parsed.destroy();
  t.regex(text, /memory \(;0;\) 1 16 shared/);
  for (const name of ['power', 'square', 'hypotenuse']) t.regex(text, new RegExp(`func \\$${name} `));
  t.is(text.match(/^ {2}\(type /gm)?.length, 2);
});
