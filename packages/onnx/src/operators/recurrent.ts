import {
  broadcastTo,
  flip,
  literal,
  matmul,
  scan,
  relu,
  sigmoid,
  slice,
  stack,
  tanh,
  transpose,
  where,
  type Several,
  type Tensor,
} from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

type Activation = (x: Tensor) => Tensor;

const activations: Readonly<Record<string, Activation>> = { relu, sigmoid, tanh };

/** What one direction of a recurrent layer computes with. */
interface Cell {
  /** Inputs of the gates at a step, biases included, [N, gates·H]. */
  readonly project: (x: Tensor) => Tensor;
  readonly recurrent: Tensor;
  readonly recurrentBias: Tensor | undefined;
  readonly peepholes: Tensor | undefined;
  readonly f: readonly Activation[];
  readonly hidden: number;
  readonly call: Call;
}

type Step = (x: Tensor, carry: Several<Tensor>, cell: Cell) => Several<Tensor>;

/** One of `gates` parts of H along the last axis. */
function gate(x: Tensor, index: number, hidden: number): Tensor {
  const from = x.shape.map((_, axis) => (axis === x.rank - 1 ? index * hidden : 0));
  return slice(x, from, x.shape.with(x.rank - 1, (index + 1) * hidden));
}

function biased(x: Tensor, bias: Tensor | undefined): Tensor {
  return bias ? x.add(bias) : x;
}

const steps: Readonly<
  Record<string, { readonly gates: number; readonly names: readonly string[]; readonly step: Step }>
> = {
  RNN: {
    gates: 1,
    names: ['Tanh'],
    step(x, [h], { project, recurrent, recurrentBias, f: [activate = tanh] }) {
      return [activate(project(x).add(biased(matmul(h, recurrent, { transposeB: true }), recurrentBias)))];
    },
  },
  GRU: {
    gates: 3,
    names: ['Sigmoid', 'Tanh'],
    step(x, [h], { project, recurrent, recurrentBias, f: [f = sigmoid, g = tanh], hidden, call }) {
      const given = project(x);
      const product = (state: Tensor): Tensor => biased(matmul(state, recurrent, { transposeB: true }), recurrentBias);
      const own = product(h);
      const update = f(gate(given, 0, hidden).add(gate(own, 0, hidden)));
      const reset = f(gate(given, 1, hidden).add(gate(own, 1, hidden)));
      const late = call.flag('linear_before_reset')
        ? reset.mul(gate(own, 2, hidden))
        : gate(product(reset.mul(h)), 2, hidden);
      const candidate = g(gate(given, 2, hidden).add(late));
      return [candidate.sub(update.mul(candidate)).add(update.mul(h))];
    },
  },
  LSTM: {
    gates: 4,
    names: ['Sigmoid', 'Tanh', 'Tanh'],
    step(x, carry, cell) {
      const { project, recurrent, recurrentBias, peepholes, hidden } = cell;
      const [f = sigmoid, g = tanh, h = tanh] = cell.f;
      const [before] = carry;
      const c = carry[1] ?? before;
      const sums = project(x).add(biased(matmul(before, recurrent, { transposeB: true }), recurrentBias));
      const look = (index: number, state: Tensor): Tensor | number =>
        peepholes ? gate(peepholes, index, hidden).mul(state) : 0;
      const input = f(gate(sums, 0, hidden).add(look(0, c)));
      const forget = f(gate(sums, 2, hidden).add(look(2, c)));
      const next = forget.mul(c).add(input.mul(g(gate(sums, 3, hidden))));
      const output = f(gate(sums, 1, hidden).add(look(1, next)));
      return [output.mul(h(next)), next];
    },
  },
};

/** Outputs of all steps [T, directions, N, H], and the last states [directions, N, H]. */
function layerOf(call: Call): readonly (Tensor | undefined)[] {
  const kind = call.choice(steps, call.node.op);
  const batchFirst = call.flag('layout');
  const direction = call.text('direction', 'forward');
  if (call.has('clip')) throw call.unsupported('clip');
  const x = batchFirst ? transpose(call.x, [1, 0, 2]) : call.x;
  const count = direction === 'bidirectional' ? 2 : 1;
  const hidden = call.number('hidden_size', call.input(2).shape.at(-1) ?? 0);
  const examples = x.shape[1] ?? 0;
  const names = call.texts('activations') ?? Array.from({ length: count }, () => kind.names).flat();
  const results = Array.from({ length: count }, (_, d) => {
    const of = (index: number): Tensor | undefined => {
      const all = call.optional(index);
      return all && slice(all, [d], [d + 1]).reshape(all.shape.slice(1));
    };
    const initial = (index: number): Tensor => {
      const given = call.optional(index);
      if (!given) return broadcastTo(literal(0, x.dtype), [examples, hidden]);
      const states = batchFirst ? transpose(given, [1, 0, 2]) : given;
      return slice(states, [d], [d + 1]).reshape([examples, hidden]);
    };
    const bias = of(3);
    const width = kind.gates * hidden;
    const inputBias = bias && slice(bias, [0], [width]);
    const weights = of(1) ?? call.input(1);
    const cell: Cell = {
      project: (step) => biased(matmul(step, weights, { transposeB: true }), inputBias),
      recurrent: of(2) ?? call.input(2),
      recurrentBias: bias && slice(bias, [width], [2 * width]),
      peepholes: call.node.op === 'LSTM' ? of(7) : undefined,
      f: names
        .slice(d * kind.names.length, (d + 1) * kind.names.length)
        .map((name) => call.choice(activations, name.toLowerCase())),
      hidden,
      call,
    };
    const carries: Several<Tensor> = call.node.op === 'LSTM' ? [initial(5), initial(6)] : [initial(5)];
    return runDirection(x, carries, kind.step, cell, direction === 'reverse' || d === 1);
  });
  const outputs = stack(
    results.map(({ outputs: own }) => own),
    1,
  );
  const last = (index: number): Tensor | undefined => {
    const states = results.flatMap(({ carry }) => carry[index] ?? []);
    if (states.length === 0) return undefined;
    const stacked = stack(states, 0);
    return batchFirst ? transpose(stacked, [1, 0, 2]) : stacked;
  };
  return [batchFirst ? transpose(outputs, [2, 0, 1, 3]) : outputs, last(0), last(1)];
}

/** Steps beyond the length of a sequence leave the state, and give zeros. */
function runDirection(
  x: Tensor,
  initial: Several<Tensor>,
  step: Step,
  cell: Cell,
  reverse: boolean,
): { readonly outputs: Tensor; readonly carry: readonly Tensor[] } {
  const lengths = cell.call.optional(4);
  if (lengths && reverse) throw cell.call.unsupported('sequence_lens in the reverse direction');
  const walked = reverse ? flip(x, [0]) : x;
  const { carry, outputs } = scan(
    (carries: Several<Tensor>, [input], t) => {
      const next = step(input ?? x, carries, cell);
      if (!lengths) return { carry: next, outputs: [next[0]] };
      const isInside = t.less(lengths).reshape([lengths.size, 1]);
      const kept = next.map((state, i) => where(isInside, state, carries[i] ?? state)) as unknown as Several<Tensor>;
      return { carry: kept, outputs: [where(isInside, next[0], 0)] };
    },
    initial,
    [walked],
  );
  const [all] = outputs;
  const ordered = all ?? x;
  return { outputs: reverse ? flip(ordered, [0]) : ordered, carry };
}

const roles = { 1: 'kernel', 2: 'kernel', 3: 'bias' } as const;

export const recurrentOperators: Operators = {
  GRU: { apply: layerOf, roles },
  LSTM: { apply: layerOf, roles },
  RNN: { apply: layerOf, roles },
};
