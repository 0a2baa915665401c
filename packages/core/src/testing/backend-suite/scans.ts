import { gradients } from '../../autograd/gradients.js';
import type { Engine } from '../../engine/engine.js';
import * as graph from '../../graph/index.js';
import type { Tensor } from '../../graph/index.js';
import { hostTensor } from '../../tensor/host-tensor.js';
import { severalOf } from '../../tensor/several.js';
import { differenceOf } from '../difference.js';
import { evaluateGraph } from '../evaluate-graph.js';
import type { Assertions } from '../test-function.js';
import { drawerOf, type BackendBed, type FloatType } from './bed.js';

type Step = Parameters<typeof graph.scan>[0];
type Scan = ReturnType<typeof graph.scan>;
type Xs = readonly Tensor[];

/** The same as a scan, with nodes of its own for every step. */
export function unrolled(
  step: Step,
  initial: Scan['carry'],
  xs: Xs = [],
  { reverse = false, length = xs[0]?.shape[0] ?? 0 }: graph.ScanOptions = {},
): Scan {
  let carry = initial;
  const outputs: Xs[] = new Array<Xs>(length);
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const parts = xs.map((x) => graph.slice(x, [t], [t + 1]).reshape(x.shape.slice(1)));
    const result = step(carry, parts, graph.literal(t, 'int32'));
    carry = result.carry;
    outputs[t] = result.outputs ?? [];
  }
  return { carry, outputs: (outputs[0] ?? []).map((_, i) => graph.stack(outputs.map((all) => all[i]!))) };
}

/** A cell with its initial carries, what it walks along, and what its gradients are taken by. */
interface Cell {
  readonly step: Step;
  readonly initial: Scan['carry'];
  readonly xs: Xs;
  readonly weights: Xs;
}
type MakeCell = (draw: (shape: readonly number[]) => Tensor, steps: number, hidden: number) => Cell;

const simpleCell: MakeCell = (draw, steps, hidden) => {
  const [w, u, b] = [draw([3, hidden]), draw([hidden, hidden]).mul(0.2), draw([hidden])];
  return {
    step: ([h], [x]) => {
      const next = x!.matmul(w).add(h.matmul(u)).add(b).tanh();
      return { carry: [next], outputs: [next] };
    },
    initial: [draw([4, hidden])],
    xs: [draw([steps, 4, 3])],
    weights: [w, u, b],
  };
};

/** Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000). */
const lstmCell: MakeCell = (draw, steps, hidden) => {
  const [w, u, b] = [draw([3, 4 * hidden]), draw([hidden, 4 * hidden]).mul(0.2), draw([4 * hidden])];
  return {
    step: ([h, c], [x]) => {
      const gates = x!.matmul(w).add(h.matmul(u!)).add(b);
      const gate = (i: number): Tensor => gates.slice([0, i * hidden], [gates.shape[0]!, (i + 1) * hidden]);
      const cell = gate(0)
        .sigmoid()
        .mul(c!)
        .add(gate(1).sigmoid().mul(gate(2).tanh()));
      const output = gate(3).sigmoid().mul(cell.tanh());
      return { carry: [output, cell], outputs: [output, cell.mul(2)] };
    },
    initial: [draw([4, hidden]), draw([4, hidden])],
    xs: [draw([steps, 4, 3])],
    weights: [w, u, b],
  };
};

/** Loops over time compute what the unrolled graph does: values, gradients, and gradients of gradients. */
export function testScans(bed: BackendBed): void {
  for (const { name, make, ...sizes } of [
    { name: 'a simple recurrence', make: simpleCell, steps: 0, hidden: 5, reverse: false },
    { name: 'a simple recurrence', make: simpleCell, steps: 1, hidden: 5, reverse: true },
    { name: 'a simple recurrence', make: simpleCell, steps: 6, hidden: 5, reverse: true },
    { name: 'an LSTM', make: lstmCell, steps: 6, hidden: 5, reverse: false },
    { name: 'an LSTM', make: lstmCell, steps: 3, hidden: 40, reverse: true },
    { name: 'an LSTM in segments', make: lstmCell, steps: 6, hidden: 3, reverse: false, segment: 3 },
    { name: 'a simple recurrence in segments', make: simpleCell, steps: 6, hidden: 5, reverse: true, segment: 2 },
  ]) {
    const backwards = sizes.reverse ? ', backwards,' : '';
    bed.test(`${name} of ${sizes.steps} steps and ${sizes.hidden} units${backwards} is as unrolled`, (t) =>
      sameAsUnrolled(bed, t, make, sizes),
    );
  }

  bed.test('a scan in a scan is as unrolled', (t) =>
    compare(bed, t, (engine, dtype) => {
      const draw = drawerOf(engine, dtype);
      const [x, start, w] = [draw([3, 4, 5]), draw([5]), draw([5, 5]).mul(0.2)];
      return (run) => {
        const { carry, outputs } = run(
          ([s], [rows]) => {
            const inner = run(
              ([a], [row], i) => {
                const next = a.matmul(w).add(row!).add(i.cast(dtype)).tanh();
                return { carry: [next], outputs: [next.mul(s)] };
              },
              [s],
              [rows!],
              { reverse: true },
            );
            return { carry: inner.carry, outputs: [inner.outputs[0]!] };
          },
          [start],
          [x],
        );
        return [...carry, ...outputs, ...gradients(graph.square(outputs[0]!).sum().add(carry[0].sum()), [x, start, w])];
      };
    }),
  );

  bed.test('a traced step with variables in the body of a scan trains as the unrolled one', async (t) => {
    for (const dtype of bed.dtypes)
      await bed.withEngine(async (engine) => {
        const [looped, plain] = [await train(engine, graph.scan, dtype), await train(engine, unrolled, dtype)];
        t.deepEqual(differenceOf(looped, plain), undefined);
      });
  });
}

/** Compares what is built with scans on the backend with what is built without, by the reference kernels. */
async function compare(
  bed: BackendBed,
  t: Assertions,
  build: (engine: Engine, dtype: FloatType) => (run: typeof graph.scan) => readonly Tensor[],
): Promise<void> {
  await bed.withEngine(async (engine) => {
    for (const dtype of bed.dtypes) {
      const results = build(engine, dtype);
      const want = evaluateGraph(results(unrolled));
      const got = await engine.evaluate(results(graph.scan));
      got.forEach((value, i) => t.deepEqual(differenceOf(value, want[i]!), undefined, `result ${i} in ${dtype}`));
    }
  });
}

function sameAsUnrolled(
  bed: BackendBed,
  t: Assertions,
  make: MakeCell,
  { steps, hidden, ...options }: { readonly steps: number; readonly hidden: number } & graph.ScanOptions,
): Promise<void> {
  return compare(bed, t, (engine, dtype) => {
    const { step, initial, xs, weights } = make(drawerOf(engine, dtype), steps, hidden);
    const by = [...initial, ...xs, ...weights];
    return (run) => {
      const { carry, outputs } = run(step, initial, xs, options);
      // Unrolled, there is nothing to stack of no steps.
      const values = steps === 0 ? carry : [...carry, ...outputs];
      const loss = sumOfSquares(values);
      const first = gradients(loss, by);
      return [...values, ...first, ...gradients(sumOfSquares(first), by)];
    };
  });
}

function sumOfSquares(values: readonly Tensor[]): Tensor {
  return values.map((value) => value.square().sum()).reduce((sum, term) => sum.add(term));
}

/** The weights after three steps of gradient descent. */
async function train(engine: Engine, run: typeof graph.scan, dtype: FloatType) {
  const draw = drawerOf(engine, dtype);
  const w = engine.variable(await draw([6, 6]).mul(0.2).read(), { name: 'w' });
  const x = await draw([3, 2, 6]).read();
  const step = engine.trace(([input]) => {
    const zero = graph.zerosLike(input!.sum(0));
    const { carry } = run(([h], [part]) => ({ carry: [h.matmul(w.value).add(part!).tanh()] }), severalOf([zero]), [
      input!,
    ]);
    const loss = carry[0].square().mean();
    const [gradient] = gradients(loss, [w.value]) as [Tensor];
    w.assign(w.value.sub(gradient.mul(0.1)));
    return [loss];
  });
  for (let i = 0; i < 3; i++) await step.call([x]);
  return hostTensor((await w.read()).data, [6, 6], dtype);
}
