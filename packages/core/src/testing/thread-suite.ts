import { gradients } from '../autograd/gradients.js';
import type { Backend } from '../backend/backend.js';
import { Engine } from '../engine/engine.js';
import * as graph from '../graph/index.js';
import type { ConvolveOptions, Tensor } from '../graph/index.js';
import { RandomSource } from '../random/random-source.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { Shape } from '../tensor/shape.js';
import { differenceOf } from './difference.js';
import { evaluateGraph } from './evaluate-graph.js';
import { randomTensor } from './random-tensor.js';
import { withAssertions, type TestFunction } from './test-function.js';

type Draw = (shape: Shape) => Tensor;

/** Large enough that threads share the work; odd sizes, so that their parts differ. */
const cases: Readonly<Record<string, (draw: Draw) => readonly Tensor[]>> = {
  '3×3 convolution': (draw) => convolution(draw, [3, 9, 21, 18], [13, 9, 3, 3], { padding: 'same' }),
  '3×3 convolution of one image': (draw) => convolution(draw, [1, 16, 33, 29], [18, 16, 3, 3], {}),
  '3×3 convolution with uneven padding': (draw) =>
    convolution(draw, [9, 8, 12, 13], [8, 8, 3, 3], {
      padding: [
        [2, 0],
        [1, 3],
      ],
    }),
  '3×3 convolution of uneven numbers': (draw) => {
    const [x, w, cotangent] = [draw([3, 9, 21, 18]), draw([13, 9, 3, 3]), draw([3, 13, 21, 18])];
    const y = graph.convolve(x.mul(9).exp(), w, { padding: 'same' });
    return [y, ...gradients(y, [x, w], cotangent.mul(9).exp())];
  },
  'strided convolution': (draw) => convolution(draw, [4, 8, 21, 22], [18, 8, 3, 3], { stride: 2, padding: 1 }),
  '5×5 convolution': (draw) => convolution(draw, [2, 6, 19, 18], [16, 6, 5, 5], { padding: 2 }),
  '1×1 convolution': (draw) => convolution(draw, [5, 40, 9, 11], [24, 40, 1, 1], {}),
  'grouped convolution': (draw) => convolution(draw, [2, 16, 13, 12], [20, 4, 3, 3], { groups: 4, padding: 1 }),
  'depthwise convolution': (draw) => convolution(draw, [2, 24, 17, 17], [24, 1, 3, 3], { groups: 24, padding: 1 }),
  '1-D convolution': (draw) => convolution(draw, [4, 3, 201], [10, 3, 9], {}),
  '3-D convolution': (draw) => convolution(draw, [2, 5, 6, 9, 10], [8, 5, 3, 3, 3], { padding: 'same' }),
  'matrix product': (draw) => product(draw, [71, 200], [200, 133]),
  'matrix product of few rows': (draw) => product(draw, [3, 700], [700, 90]),
  'matrix product of few columns': (draw) => product(draw, [300, 150], [150, 5]),
  'matrix product with long sums': (draw) => product(draw, [6, 5000], [5000, 17]),
  'matrix products in batches': (draw) => product(draw, [9, 20, 31], [9, 31, 25]),
  'loop over time': (draw) => {
    const [x, w, start] = [draw([5, 61, 93]), draw([93, 93]).mul(0.1), draw([61, 93])];
    const { carry, outputs } = graph.scan(
      ([h, total], [part]) => {
        const next = h.matmul(w).add(part!).tanh();
        return { carry: [next, total!.add(next.sum(0))], outputs: [next] };
      },
      [start, draw([93])],
      [x],
    );
    const y = outputs[0]!.square().sum().add(carry[1]!.sum());
    return [...carry, ...outputs, ...gradients(y, [x, w, start])];
  },
  softmax: (draw) => {
    const x = draw([150, 130]);
    const y = graph.softmax(x);
    return [y, ...gradients(y, [x], draw([150, 130]))];
  },
  'batch statistics': (draw) => {
    const x = draw([16, 20, 11, 13]);
    const y = x
      .sub(graph.mean(x, [0, 2, 3], true))
      .div(graph.standardDeviation(x, [0, 2, 3], { keepDims: true }).add(1e-3));
    return [y, ...gradients(y.mul(y).mul(y).sum(), [x])];
  },
  pooling: (draw) => {
    const x = draw([4, 12, 18, 20]);
    const padding = [
      [1, 1],
      [1, 1],
    ] as const;
    const y = graph.maxPool(graph.relu(x), { size: [3, 3], stride: [2, 2], dilation: [1, 1], padding });
    return [y, ...gradients(y.mul(y).sum(), [x])];
  },
  'element by element': (draw) => {
    const x = draw([301, 217]);
    return [graph.sigmoid(x.mul(3)).add(x.tanh()).mul(x), x.transpose([1, 0]).exp()];
  },
};

/**
 * The contract of a backend with threads: the same bits for any number of them, run after run, and within 2e-5 of the
 * reference kernels, for programs that are large enough to be shared out.
 */
export function testThreads(runner: TestFunction, create: (threads: number) => Backend | Promise<Backend>): void {
  const test = withAssertions(runner);
  for (const [name, build] of Object.entries(cases)) {
    test(`${name}: the same bits for 1, 2 and 3 threads`, async (t) => {
      let first: readonly HostTensor[] | undefined;
      for (const threads of [1, 2, 3]) {
        const engine = new Engine(await create(threads));
        const tensors = build(drawer(engine));
        const runs = [await engine.evaluate(tensors), await engine.evaluate(build(drawer(engine)))];
        engine.close();
        if (!first) {
          const want = evaluateGraph(tensors);
          runs[0]!.forEach((value, i) => t.deepEqual(differenceOf(value, want[i]!), undefined, tensors[i]!.toString()));
          first = runs[0]!;
        }
        for (const run of runs) t.true(sameBits(run, first), `${threads} threads`);
      }
    });
  }
}

/** Draws the same tensors each time. */
function drawer(engine: Engine): Draw {
  const random = new RandomSource(5);
  return (shape) => engine.tensor(randomTensor(random, shape), undefined, 'float32');
}

function sameBits(got: readonly HostTensor[], want: readonly HostTensor[]): boolean {
  return got.every(({ data }, i) => data.every((value, j) => Object.is(value, want[i]!.data[j])));
}

/** A convolution with bias and relu, and its gradients. */
function convolution(draw: Draw, x: Shape, w: Shape, options: ConvolveOptions): readonly Tensor[] {
  const [input, kernel, bias] = [draw(x), draw(w), draw([w[0]!, ...w.slice(2).map(() => 1)])];
  const y = graph.relu(graph.convolve(input, kernel, options).add(bias));
  return [y, ...gradients(y, [input, kernel, bias], draw(y.shape))];
}

function product(draw: Draw, a: Shape, b: Shape): readonly Tensor[] {
  const [left, right] = [draw(a), draw(b)];
  const y = graph.matmul(left, right);
  return [y, ...gradients(y, [left, right], draw(y.shape))];
}
