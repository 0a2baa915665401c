import { withVjp, type Tensor } from '@adjoint/core';
import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';
import { runLayer } from './run-layer.js';

const number = v.exactOptional(v.number());

/** Activations whose attributes are the options of the layer of the same name. */
const attributesOf: Readonly<Record<string, v.ObjectEntries>> = {
  relu: {},
  relu6: {},
  leakyRelu: { slope: number },
  elu: { alpha: number },
  celu: { alpha: number },
  selu: {},
  gelu: { approximate: v.exactOptional(v.picklist(['none', 'tanh'])) },
  silu: {},
  mish: {},
  softplus: { beta: number },
  softsign: {},
  tanhShrink: {},
  softShrink: { lambda: number },
  hardShrink: { lambda: number },
  hardTanh: { min: number, max: number },
  hardSigmoid: {},
  hardSwish: {},
  logSigmoid: {},
  threshold: { threshold: v.number(), value: v.number() },
  sigmoid: {},
  tanh: {},
  softmax: { axis: number },
  logSoftmax: { axis: number },
  softmin: { axis: number },
  glu: { axis: number },
};

const layerOf = (name: string): string => (name === 'softsign' ? 'softSign' : name);

/** A batch in front lets every axis of a case be one of an example. */
const batched = (axis: number): number => (axis < 0 ? axis : axis + 1);

function activation(name: string, attributes: v.ObjectEntries): Family {
  return operation({
    attributes,
    inputs: ['x'],
    build({ x: given }, stated) {
      const x = name === 'hardSigmoid' ? withSixthOfPyTorch(given) : given;
      const { axis, ...others } = stated as { axis?: number };
      const options = { ...others, ...(axis !== undefined && { axis: batched(axis) }) };
      const { output } = runLayer(layerOf(name), options, [x.expandDims(0)]);
      return output.squeeze(0);
    },
  });
}

/** PyTorch 1.13 keeps the slope 1/6 of hardSigmoid in float32, which shows in gradients of float64. */
function withSixthOfPyTorch(x: Tensor): Tensor {
  return withVjp(
    'sixth',
    [x],
    () => x,
    (cotangent) => [cotangent.mul(6 * Math.fround(1 / 6))],
  );
}

export const activations = operations({
  ...Object.fromEntries(Object.entries(attributesOf).map(([name, attributes]) => [name, activation(name, attributes)])),
  prelu: operation({
    inputs: ['x', 'slope'],
    build({ x, slope }) {
      const shared = slope.size === 1;
      return runLayer('prelu', { shared }, [x], { values: { slope } }).output;
    },
  }),
});
