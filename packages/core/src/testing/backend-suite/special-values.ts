import { gradients } from '../../autograd/gradients.js';
import * as graph from '../../graph/index.js';
import type { Tensor } from '../../graph/index.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import type { BackendBed } from './bed.js';

const edges: readonly (readonly [name: string, of: (x: Tensor) => Tensor, at: number[], gradient: number[]])[] = [
  ['std', (x) => graph.standardDeviation(x), [2, 2, 2], [0, 0, 0]],
  ['variance', (x) => graph.variance(x), [2, 2], [0, 0]],
  ['norm', (x) => graph.norm(x), [0, 0], [0, 0]],
  ['norm 1', (x) => graph.norm(x, 1), [0, -3], [0, -1]],
  ['norm 3', (x) => graph.norm(x, 3), [0, 0], [0, 0]],
  ['norm ∞', (x) => graph.norm(x, Infinity), [2, -2, 1], [0.5, -0.5, 0]],
  ['max', (x) => x.max(), [1, 3, 3], [0, 0.5, 0.5]],
  ['min', (x) => graph.min(x), [1, 1, 3], [0.5, 0.5, 0]],
  ['maximum', (x) => x.maximum(1), [1, 2, 0], [0.5, 1, 0]],
  ['clamp', (x) => graph.clamp(x, 0, 2), [0, 2, 3, 1], [1, 1, 0, 1]],
  ['relu', (x) => x.relu(), [0, 1], [0, 1]],
  ['abs', (x) => x.abs(), [0, -1], [0, -1]],
  ['x⁰', (x) => x.pow(0), [0, 2], [0, 0]],
  ['x¹', (x) => x.pow(1), [0, 4], [1, 1]],
  ['x²', (x) => x.pow(2), [0, 3], [0, 6]],
  ['√x', (x) => x.sqrt(), [0, 4], [Infinity, 0.25]],
  ['0ˣ', (x) => graph.pow(0, x), [0, 2], [0, 0]],
  ['prod', (x) => graph.prod(x), [0, 2, 3], [6, 0, 0]],
  ['prod of two zeros', (x) => graph.prod(x), [0, 0, 3], [0, 0, 0]],
  ['max', (x) => x.max(), [-Infinity, -Infinity], [0.5, 0.5]],
  ['std', (x) => graph.standardDeviation(x), [Infinity, 1], [NaN, NaN]],
  ['norm', (x) => graph.norm(x), [Infinity, 1], [NaN, 0]],
  ['logSumExp', (x) => graph.logSumExp(x), [-Infinity, -Infinity], [NaN, NaN]],
  ['logSumExp', (x) => graph.logSumExp(x), [-Infinity, 1], [0, 1]],
  ['logSumExp', (x) => graph.logSumExp(x), [Infinity, 1000], [NaN, 0]],
  ['softmax', (x) => x.softmax().square(), [-Infinity, -Infinity], [NaN, NaN]],
  ['softmax', (x) => x.softmax().square(), [-Infinity, 0, 0], [0, 0, 0]],
  ['logSoftmax', (x) => x.logSoftmax(), [-Infinity, 0], [1, -1]],
];

/** Its values too, where what is reduced has an infinite maximum, or is constant. */
const infinite: readonly (readonly [name: string, of: (x: Tensor) => Tensor, at: number[], value: number[]])[] = [
  ['std', (x) => graph.standardDeviation(x), [3, 3], [0]],
  ['std', (x) => graph.standardDeviation(x), [Infinity, 1], [NaN]],
  ['norm', (x) => graph.norm(x), [-Infinity, 1], [Infinity]],
  ['logSumExp', (x) => graph.logSumExp(x), [-Infinity, -Infinity], [-Infinity]],
  ['logSumExp', (x) => graph.logSumExp(x), [Infinity, -Infinity], [Infinity]],
  ['logSumExp', (x) => graph.logSumExp(x), [Infinity, NaN], [NaN]],
  ['softmax', (x) => x.softmax(), [-Infinity, -Infinity], [NaN, NaN]],
  ['softmax', (x) => x.softmax(), [Infinity, 0], [NaN, NaN]],
  ['softmax', (x) => x.softmax(), [-Infinity, 0], [0, 1]],
  ['logSoftmax', (x) => x.logSoftmax(), [-Infinity, -Infinity], [NaN, NaN]],
  ['logSoftmax', (x) => x.logSoftmax(), [-Infinity, 0], [-Infinity, 0]],
];

function areClose(data: Iterable<number>, want: readonly number[]): boolean {
  return [...data].every((value, i) => Object.is(value, want[i]) || Math.abs(value - want[i]!) < 1e-6);
}

/** NaN, the infinities, and tensors without elements. */
export function testSpecialValues(bed: BackendBed): void {
  bed.test('NaN and the infinities', (t) =>
    bed.agree(t, (engine, dtype) => {
      const special = [NaN, Infinity, -Infinity, 0, -1, 1, 1e30, -1e30, 1e-30];
      const a = engine.tensor(
        special.flatMap((x) => special.map(() => x)),
        undefined,
        dtype,
      );
      const b = engine.tensor(
        special.flatMap(() => special),
        undefined,
        dtype,
      );
      const rows = a.reshape([special.length, special.length]);
      return [
        a.add(b),
        a.sub(b),
        a.mul(b),
        a.div(b),
        a.maximum(b),
        a.minimum(b),
        a.pow(b),
        a.equal(b),
        a.notEqual(b),
        a.less(b),
        a.lessEqual(b),
        a.greater(b),
        a.greaterEqual(b),
        a.exp(),
        a.log(),
        a.sqrt(),
        a.tanh(),
        a.sigmoid(),
        a.relu(),
        a.abs(),
        a.neg(),
        a.sign(),
        graph.expm1(a),
        graph.log1p(a),
        graph.erf(a),
        graph.floor(a),
        graph.ceil(a),
        graph.round(a),
        a.cast('bool'),
        a.cast('int32'),
        rows.max(0),
        rows.sum(1),
        rows.argMax(0),
        graph.logSumExp(rows, 1),
      ];
    }),
  );

  // PyTorch's values where functions are not smooth: of autograd for std, linalg.norm, amax, amin, prod, clamp and pow.
  bed.test('values and gradients at the edges follow the conventions', (t) =>
    bed.withEngine(async (engine) => {
      for (const dtype of bed.dtypes) {
        for (const [name, of, at, want] of edges) {
          const x = engine.tensor(at, undefined, dtype);
          const [{ data }] = (await engine.evaluate(gradients(of(x).sum(), [x]))) as [HostTensor];
          t.true(areClose(data, want), `${name} at ${at.join(', ')} in ${dtype}: ${data.join(', ')}`);
        }
        for (const [name, of, at, want] of infinite) {
          const data = await of(engine.tensor(at, undefined, dtype)).data();
          t.true(areClose(data, want), `the value of ${name} at ${at.join(', ')} in ${dtype}: ${data.join(', ')}`);
        }
      }
    }),
  );

  bed.test('zeros keep their sign, booleans are 0 or 1, and int32 wraps', (t) =>
    bed.withEngine(async (engine) => {
      const zeros = [0, -0].map((value) => graph.pad(engine.tensor([1, 2]), [[1, 0]], { value }));
      const flags = engine.tensor(Uint8Array.of(2, 0), undefined, 'bool');
      const large = engine.tensor(Int32Array.of(2 ** 30 + 7, 2 ** 30 + 7), [1, 2]);
      const got = await engine.evaluate([
        ...zeros,
        graph.pad(flags, [[1, 0]], { value: 1 }),
        graph.logicalNot(flags),
        graph.matmul(large, large.transpose()),
        large.sum(),
      ]);
      const wrapped = Number(BigInt.asIntN(32, 2n * (2n ** 30n + 7n) ** 2n));
      const want = [[0, 1, 2], [-0, 1, 2], [1, 1, 0], [0, 1], [wrapped], [(2 ** 31 + 14) | 0]];
      t.deepEqual(
        got.map(({ data }) => [...data]),
        want,
      );
    }),
  );

  bed.test('tensors without elements', (t) =>
    bed.agree(t, (engine, dtype) => {
      const [none, some] = [engine.tensor([], [0, 3], dtype), engine.tensor([1, 2, 3], [1, 3], dtype)];
      return [
        none.add(1),
        none.sum(),
        none.sum(0),
        none.add(some),
        graph.prod(none, 0),
        graph.norm(none, 2, 0),
        graph.norm(none, Infinity, 0),
        graph.cumulativeSum(none, 0),
        none.max(1),
        graph.any(none.cast('bool'), 0),
        graph.all(none.cast('bool'), 0),
        graph.softmax(none, 1),
        graph.logSumExp(none, 1),
        graph.matmul(none, some.transpose()),
        graph.matmul(none.transpose(), none),
        graph.concatenate([none, some]),
        graph.pad(none, [
          [1, 1],
          [0, 0],
        ]),
      ];
    }),
  );
}
