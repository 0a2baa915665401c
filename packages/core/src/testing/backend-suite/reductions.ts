import { gradients } from '../../autograd/gradients.js';
import * as graph from '../../graph/index.js';
import { drawerOf, type BackendBed } from './bed.js';

/** Reductions over every axis, scans and pooling. */
export function testReductions(bed: BackendBed): void {
  bed.test('reductions that are longer than any vector, over every axis', (t) =>
    bed.agree(t, (engine, dtype) => {
      const x = drawerOf(engine, dtype)([7, 131, 35]);
      const axes = [0, 1, 2, [0, 1], [0, 2], [1, 2], undefined];
      return [
        ...axes.flatMap((over) => [x.sum(over), x.max(over), x.mul(x).mean(over)]),
        graph.softmax(x),
        x.argMax(1),
        graph.cumulativeSum(x, 1),
      ];
    }),
  );

  bed.test('max pooling and its gradient', (t) =>
    bed.agree(t, (engine, dtype) => {
      const x = drawerOf(engine, dtype)([3, 4, 9, 11]);
      const y = graph.maxPool(x, {
        size: [2, 3],
        stride: [2, 2],
        dilation: [1, 1],
        padding: [
          [0, 0],
          [1, 1],
        ],
      });
      return [y, ...gradients(y.mul(y).sum(), [x])];
    }),
  );
}
