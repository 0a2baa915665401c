import { gradients, logSoftmax, oneHot, type Tensor, type Variable } from '@adjoint/core';
import type { Builder } from '../program.js';
import { createEngine } from './backend.js';
import { input, labelInput, variables, zeros } from './engine.js';
import type { Parameters } from './networks.js';

/** The update of one parameter. `corrections` are 1 − β₁ᵗ and 1 − β₂ᵗ. */
export interface UpdateRule {
  /** How many variables it keeps beside each parameter. */
  readonly slots: number;
  update(parameter: Variable, gradient: Tensor, slots: readonly Variable[], corrections: readonly Tensor[]): void;
}

const [beta1, beta2] = [0.9, 0.999];

/** Kingma & Ba 2015, algorithm 1. */
export const adam: UpdateRule = {
  slots: 2,
  update(parameter, gradient, [mean, square], [correction1, correction2]) {
    const m = mean!.value.mul(beta1).add(gradient.mul(1 - beta1));
    const v = square!.value.mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
    const change = m.div(correction1!).div(v.div(correction2!).sqrt().add(1e-8)).mul(1e-3);
    void mean!.assign(m);
    void square!.assign(v);
    void parameter.assign(parameter.value.sub(change));
  },
};

/** Stochastic gradient descent with momentum 0.9, at a rate of 0.01. */
export const momentum: UpdateRule = {
  slots: 1,
  update(parameter, gradient, [velocity]) {
    const v = velocity!.value.mul(0.9).add(gradient);
    void velocity!.assign(v);
    void parameter.assign(parameter.value.sub(v.mul(0.01)));
  },
};

/** Forward, cross-entropy, gradients and update as one program; the loss is read after every step. */
export function trainingStep(network: (x: Tensor, parameters: Parameters) => Tensor, rule: UpdateRule): Builder {
  return ({ x, labels, ...initial }) => {
    const engine = createEngine();
    const entries = Object.entries(variables(engine, initial)).map(([name, parameter]) => ({
      name,
      parameter,
      slots: Array.from({ length: rule.slots }, () => zeros(engine, parameter.type.shape)),
    }));
    const classes = initial[Object.keys(initial).at(-1)!]!.shape[0]!;
    const step = engine.trace(([images, classNumbers, ...corrections]) => {
      const parameters = Object.fromEntries(entries.map(({ name, parameter }) => [name, parameter.value]));
      const logits = network(images!, parameters);
      const loss = logSoftmax(logits).mul(oneHot(classNumbers!, classes)).sum(1).mean().neg();
      const derivatives = gradients(loss, Object.values(parameters));
      entries.forEach(({ parameter, slots }, i) => rule.update(parameter, derivatives[i]!, slots, corrections));
      return [loss];
    }, 'step');
    const batch = [input(x!), labelInput(labels!)];
    let [steps, loss] = [0, NaN];
    return {
      run: async () => {
        steps++;
        const corrections = [1 - beta1 ** steps, 1 - beta2 ** steps];
        const [result] = await step.call([
          ...batch,
          ...corrections.map((value) => input({ data: Float32Array.of(value), shape: [] })),
        ]);
        loss = result!.data[0]!;
      },
      check: () => loss,
    };
  };
}
