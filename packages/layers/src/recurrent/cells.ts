import { matmul, sigmoid, tanh, type Several, type Tensor } from '@adjoint/core';

/** One step of a recurrent layer, for a batch of states [batch, units]. */
export interface Cell {
  /** Blocks of rows in each of its weights. */
  readonly gates: number;
  /** What it carries from step to step; the first is its output. */
  readonly states: Several<string>;
  /**
   * The next states from those before, what the weights make of the input, and the weights of the hidden state; products
   * are [batch, gates·units] and hold their biases.
   */
  step(states: Several<Tensor>, input: Tensor, hiddenWeights: HiddenWeights): Several<Tensor>;
}

export interface HiddenWeights {
  readonly weight: Tensor;
  readonly bias: Tensor | undefined;
}

function hiddenProduct(hidden: Tensor, { weight, bias }: HiddenWeights): Tensor {
  const product = matmul(hidden, weight, { transposeB: true });
  return bias ? product.add(bias) : product;
}

/** Gate `index` of [batch, gates·units]. */
function gateOf(x: Tensor, index: number, units: number): Tensor {
  const batch = x.shape[0] ?? 1;
  return x.slice([0, index * units], [batch, (index + 1) * units]);
}

/** h′ = f(W·x + b + U·h + c) (Elman 1990). */
export function simpleCell(activation: (x: Tensor) => Tensor): Cell {
  return {
    gates: 1,
    states: ['hidden'],
    step: ([hidden], input, weights) => [activation(input.add(hiddenProduct(hidden, weights)))],
  };
}

/** Gates in the order i, f, g, o: c′ = σ(f)·c + σ(i)·tanh g, h′ = σ(o)·tanh c′ (Hochreiter & Schmidhuber 1997). */
export const lstmCell: Cell = {
  gates: 4,
  states: ['hidden', 'cell'],
  step([hidden, cell = hidden], input, weights) {
    const units = hidden.shape[1] ?? 1;
    const sums = input.add(hiddenProduct(hidden, weights));
    const gate = (index: number): Tensor => gateOf(sums, index, units);
    const kept = sigmoid(gate(1)).mul(cell);
    const next = kept.add(sigmoid(gate(0)).mul(tanh(gate(2))));
    return [sigmoid(gate(3)).mul(tanh(next)), next];
  },
};

/** Gates in the order r, z, n, the reset gate after the hidden product: h′ = (1 − z)·n + z·h (Cho et al. 2014). */
export const gruCell: Cell = {
  gates: 3,
  states: ['hidden'],
  step([hidden], input, weights) {
    const units = hidden.shape[1] ?? 1;
    const product = hiddenProduct(hidden, weights);
    const [fromInput, fromHidden] = [input, product].map((sums) => (index: number) => gateOf(sums, index, units)) as [
      (index: number) => Tensor,
      (index: number) => Tensor,
    ];
    const reset = sigmoid(fromInput(0).add(fromHidden(0)));
    const update = sigmoid(fromInput(1).add(fromHidden(1)));
    const candidate = tanh(fromInput(2).add(reset.mul(fromHidden(2))));
    return [candidate.add(update.mul(hidden.sub(candidate)))];
  },
};
