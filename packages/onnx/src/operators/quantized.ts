import type { Tensor } from '@adjoint/core';
import { floatOf } from './whole.js';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** (x − zero)·scale: of all elements, of those along an axis, or of blocks along it. */
function dequantize(call: Call): Tensor {
  const { x } = call;
  const scale = call.input(1);
  const zero = call.optional(2);
  const isSingle = scale.size === 1;
  const axis = isSingle ? 0 : call.axis(call.number('axis', 1));
  const block = call.number('block_size', 0);
  const spread = (given: Tensor): Tensor => {
    if (given.size === 1) return given.reshape([]);
    if (block === 0) return given.reshape(x.shape.map((_, d) => (d === axis ? given.size : 1)));
    return given.reshape([...given.shape.slice(0, axis + 1), 1, ...given.shape.slice(axis + 1)]);
  };
  const parts =
    block === 0 || isSingle
      ? x
      : x.reshape([...x.shape.slice(0, axis), (x.shape[axis] ?? 1) / block, block, ...x.shape.slice(axis + 1)]);
  const floats = floatOf(parts);
  return (zero ? floats.sub(floatOf(spread(zero))) : floats).mul(spread(scale)).reshape(x.shape);
}

/** Weights that were stored in few bits; quantized arithmetic itself is not read. */
export const quantized: Operators = {
  DequantizeLinear: { apply: dequantize },
};
