import * as graph from '../../graph/index.js';
import type { BackendBed } from './bed.js';

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

  bed.test('tensors without elements', (t) =>
    bed.agree(t, (engine, dtype) => {
      const [none, some] = [engine.tensor([], [0, 3], dtype), engine.tensor([1, 2, 3], [1, 3], dtype)];
      return [
        none.add(1),
        none.sum(),
        none.sum(0),
        none.add(some),
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
