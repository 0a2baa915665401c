import {
  createApp,
  hostTensor,
  literal,
  type Choice,
  type Hooks,
  type ParameterValue,
  type Tensor,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { choiceOf, hookContext, hooksOf, penaltyOf } from '@adjoint/reference-values';
import { cutmixBox, regularizers } from '@adjoint/regularizers';
import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';
import type { FloatType } from '../compare.js';

/** Its engine computes nothing: the tensors of a case belong to the engine that is checked. */
const app = createApp({ plugins: [regularizers], backend: 'reference' });

function hooks(name: string, options: object): Hooks {
  return hooksOf(app, choiceOf<'regularizer'>(name, options) as Choice<'regularizer'>);
}

const number = v.number();

function kernel(w: Tensor): ParameterValue {
  return { name: 'layer/weight', role: 'kernel', value: w };
}

/** A penalty of one kernel; it looks at nothing else of a batch. */
function penalty(name: string, attributes: v.ObjectEntries): Family {
  return operation({
    attributes: { alpha: number, ...attributes },
    inputs: ['w'],
    build({ w }, { alpha, ...options }, dtype) {
      const choice = choiceOf<'regularizer'>(name, { strength: alpha, ...options });
      return { penalty: penaltyOf(app, choice, { parameters: [kernel(w)] }, hookContext(1, dtype)) };
    },
  });
}

function constraint(name: string, attributes: v.ObjectEntries): Family {
  return operation({
    attributes,
    inputs: ['w'],
    build({ w }, options, dtype) {
      const context = { ...hookContext(1, dtype), learningRate: w, step: w };
      return { w: hooks(name, options).constraint!(kernel(w), context as never) };
    },
  });
}

export const penalties = operations({
  l2: penalty('l2', {}),
  l1: penalty('l1', {}),
  elasticNet: penalty('elasticNet', { l1Ratio: number }),
  groupLasso: penalty('groupLasso', { axis: number }),
  maxNorm: constraint('maxNorm', { max: number, axis: number }),
  unitNorm: constraint('unitNorm', { axis: number }),
});

/** A batch after a hook, with what the host draws given by name. */
function changed(
  name: string,
  { x, target }: { readonly x: Tensor; readonly target: Tensor },
  given: Readonly<Record<string, Tensor>>,
  dtype: FloatType,
): Record<string, Tensor> {
  const context = hookContext(target.shape[1]!, dtype, given);
  const batch = hooks(name, {}).batch!({ inputs: [x], targets: [target] }, context);
  return { x: batch.inputs[0]!, target: batch.targets[0]! };
}

export const labelSmoothing = operation({
  attributes: { smoothing: number, classes: number },
  inputs: ['target'],
  build({ target }, { smoothing, classes }, dtype) {
    const batch = hooks('labelSmoothing', { smoothing }).batch!(
      { inputs: [target], targets: [target] },
      hookContext(classes, dtype),
    );
    return { target: batch.targets[0]! };
  },
});

export const mixup = operation({
  attributes: { lambda: number },
  inputs: ['x', 'target', 'permutation'],
  build: ({ permutation, ...batch }, { lambda }, dtype) =>
    changed('mixup', batch, { permutation, lambda: literal(lambda, dtype) }, dtype),
});

export const cutmix = operation({
  attributes: { lambda: number, center: v.tuple([number, number]) },
  inputs: ['x', 'target', 'permutation'],
  build({ permutation, ...batch }, { lambda, center }, dtype) {
    const plane = batch.x.shape.slice(2) as [number, number];
    const box = constant(hostTensor([cutmixBox(lambda, center, plane)], [1, 4], 'int32'));
    return changed('cutmix', batch, { permutation, box }, dtype);
  },
});
