import { gradients } from '../../autograd/gradients.js';
import * as graph from '../../graph/index.js';
import type { BackendBed } from './bed.js';

/** Graphs of many nodes: wide and deep. */
export function testLargeGraphs(bed: BackendBed): void {
  bed.test('a thousand tensors joined, and their gradients', (t) =>
    bed.agree(t, (engine, dtype) => {
      const parts = Array.from({ length: 1100 }, (_, i) => engine.tensor([i, -i / 2], undefined, dtype));
      const joined = graph.concatenate(parts);
      const some = [0, 15, 16, 1099].map((i) => parts[i]!);
      return [joined, ...gradients(graph.stack(parts, 1).square().sum(), some)];
    }),
  );

  bed.test('a chain of hundreds of steps, and its gradient', (t) =>
    bed.agree(t, (engine, dtype) => {
      const x = engine.tensor([0.3, -0.7, 2], undefined, dtype);
      let y = x;
      for (let step = 0; step < 300; step++) y = y.mul(0.5).sub(0.25).abs();
      return [y, ...gradients(y.sum(), [x])];
    }),
  );
}
