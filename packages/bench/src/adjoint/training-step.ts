import { gradients, logSoftmax, oneHot, type Tensor } from '@adjoint/core';
import type { Builder } from '../program.js';
import { createEngine, input, labelInput, variables, zeros } from './engine.js';
import type { Parameters } from './networks.js';

const [learningRate, beta1, beta2, epsilon] = [1e-3, 0.9, 0.999, 1e-8];

/** Forward, cross-entropy, gradients and Adam (Kingma & Ba 2015, algorithm 1) as one program; the loss is read after every step. */
export function trainingStep(network: (x: Tensor, parameters: Parameters) => Tensor): Builder {
  return ({ x, labels, ...initial }) => {
    const engine = createEngine();
    const slots = Object.entries(variables(engine, initial)).map(([name, parameter]) => ({
      name,
      parameter,
      mean: zeros(engine, parameter.type.shape),
      square: zeros(engine, parameter.type.shape),
    }));
    const classes = initial[Object.keys(initial).at(-1)!]!.shape[0]!;
    const step = engine.trace(([x, labels, correction1, correction2]) => {
      const parameters = Object.fromEntries(slots.map(({ name, parameter }) => [name, parameter.value]));
      const logits = network(x!, parameters);
      const loss = logSoftmax(logits).mul(oneHot(labels!, classes)).sum(1).mean().neg();
      const derivatives = gradients(loss, Object.values(parameters));
      slots.forEach(({ parameter, mean, square }, i) => {
        const gradient = derivatives[i]!;
        const m = mean.value.mul(beta1).add(gradient.mul(1 - beta1));
        const v = square.value.mul(beta2).add(gradient.mul(gradient).mul(1 - beta2));
        const change = m.div(correction1!).div(v.div(correction2!).sqrt().add(epsilon)).mul(learningRate);
        void mean.assign(m);
        void square.assign(v);
        void parameter.assign(parameter.value.sub(change));
      });
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
