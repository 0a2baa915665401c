import test from 'ava';
import { cumulativeSum, Engine, gradients, hostTensor, scan, type Tensor } from '../../src/index.js';
import { isRepeat, ReferenceBackend, type Kernel } from '../../src/backend/index.js';
import { LoopInterpreterBackend } from '../../src/testing/index.js';

const values = (...shape: number[]) =>
  hostTensor(
    Float32Array.from({ length: shape.reduce((size, extent) => size * extent, 1) }, (_, i) => Math.sin(i + 1)),
    shape,
  );

test('equal layers have the very same loops, others have their own', async (t) => {
  const engine = new Engine(new LoopInterpreterBackend());
  const layer = (x: Tensor, weight: Tensor): Tensor => x.matmul(weight).tanh();
  const step = engine.trace(([x, a, b, c]) => [layer(layer(x!, a!), b!).matmul(c!).relu()]);
  const { program } = await step.prepare([values(2, 5), values(5, 5), values(5, 5), values(5, 5)]);
  const [first, second, third] = (program.kernels as readonly Kernel[]).map(({ loops }) => loops[0]!);
  t.is(first!.program, second!.program);
  t.notDeepEqual(first!.storages, second!.storages);
  t.not(first!.program, third!.program);
  engine.close();
});

/** Regions with the same operations that read alike, but not the same: loops must tell them apart. */
const alike: Record<string, (x: Tensor, y: Tensor) => Tensor[]> = {
  'two tensors, and one twice': (x, y) => [x.sub(y).exp(), x.sub(x).exp(), y.sub(x).exp()],
  'a tensor and a view of it': (x, y) => [
    x
      .exp()
      .sum(0)
      .sub(x.exp().sum(0).reshape([4])),
    x
      .exp()
      .sum(0)
      .sub(y.exp().sum(0).reshape([4])),
  ],
  'other shapes': (x, y) => [x.sum(0).exp(), y.reshape([2, 8]).sum(0).exp(), y.reshape([8, 2]).sum(0).exp()],
  'other attributes': (x, y) => [x.sum(0).exp(), x.sum(1).exp(), cumulativeSum(y, 0).exp(), cumulativeSum(y, 1).exp()],
  'other literals': (x, y) => [x.mul(2).exp(), y.mul(-0).exp(), y.mul(0).exp(), x.mul(3).exp()],
  'several stores of one nest': (x, y) => {
    const [a, b] = [x.mul(0.9).add(y), y.mul(0.9).add(x)];
    return [a, x.sub(a.mul(0.1)), b, y.sub(b.mul(0.1))];
  },
  gradients: (x, y) => gradients(x.matmul(y).tanh().matmul(y).tanh().matmul(x).sum(), [x, y]),
};

for (const [what, build] of Object.entries(alike)) {
  test(`loops of regions that are alike compute what their nodes do: ${what}`, async (t) => {
    const results = await Promise.all(
      [new LoopInterpreterBackend(), new ReferenceBackend()].map(async (backend) => {
        const engine = new Engine(backend);
        const got = await engine
          .trace(([x, y]) => build(x!, y!))
          .call([
            values(4, 4),
            hostTensor(
              values(4, 4).data.map((v) => v + 0.5),
              [4, 4],
            ),
          ]);
        engine.close();
        return got;
      }),
    );
    const [loops, nodes] = results as [(typeof results)[0], (typeof results)[0]];
    loops.forEach(({ data }, i) =>
      data.forEach((value, j) => t.true(Math.abs(value - nodes[i]!.data[j]!) <= 1e-5 * (1 + Math.abs(value)))),
    );
  });
}

test('a program keeps its graph for backends that compute nodes, and for no others', async (t) => {
  const kernelsOn = async (backend: ReferenceBackend) => {
    const engine = new Engine(backend);
    const steps = engine.trace(([x]) => {
      const { carry } = scan(([y]) => ({ carry: [y!.tanh().matmul(y!)] }), [x!.exp()], [], { length: 3 });
      return carry;
    });
    const { program } = await steps.prepare([values(3, 3)]);
    engine.close();
    return program.kernels;
  };
  const [loops, nodes] = [await kernelsOn(new LoopInterpreterBackend()), await kernelsOn(new ReferenceBackend())];
  t.true(loops.some(isRepeat));
  t.deepEqual(
    loops.map(({ label, origin }) => [label, origin]),
    nodes.map(({ label, origin }) => [label, origin]),
  );
  t.true(loops.every((kernel) => kernel.nodes.length === 0));
  t.true(
    loops
      .filter(isRepeat)
      .every(({ reads, writes }) => [...reads, ...writes].every(({ node }) => node.inputs.length === 0)),
  );
  t.true(nodes.some((kernel) => kernel.nodes.length > 0));
});
