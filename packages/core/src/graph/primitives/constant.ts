import type { HostTensor } from '../../tensor/host-tensor.js';
import type { Evaluator, Tensor } from '../tensor.js';
import { leaf, leafPrimitive } from './leaf.js';

export const constantPrimitive = leafPrimitive('constant', 'y = a value given from the host');

/** A tensor with a known value. Its data are handed to programs as an input, never baked into code. */
export function constant(value: HostTensor, evaluator?: Evaluator): Tensor {
  const tensor = leaf(constantPrimitive, { shape: value.shape, dtype: value.dtype }, evaluator);
  tensor.value = value;
  return tensor;
}
