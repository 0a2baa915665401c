import { broadcastTo, cast, hostTensor, iota, type DType, type HostTensor, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import { elementTypes } from '../format/element-types.js';
import { unpackTensor } from '../format/packed-tensor.js';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Names that old versions write instead of numbers. */
const oldTypeNames: Readonly<Record<string, number>> = { FLOAT: 1, INT32: 6, INT64: 7, BOOL: 9, DOUBLE: 11 };

export function typeOf(call: Call, name: string, fallback: number): DType {
  const number = oldTypeNames[call.text(name, '')] ?? call.number(name, fallback);
  const type = elementTypes.get(number);
  if (!type) throw call.unsupported(`the element type ${number} of TensorProto`);
  return type.dtype;
}

/** NaN and infinities become 0 and the ends of the range. */
function castTo(x: Tensor, dtype: DType): Tensor {
  return dtype === 'bool' && x.dtype !== 'bool' ? x.notEqual(0) : cast(x, dtype);
}

function constantOfShape(call: Call): Tensor {
  const value = call.node.attributes['value'];
  const filling: HostTensor =
    typeof value === 'object' && 'tensor' in value ? unpackTensor(value.tensor) : hostTensor(Float32Array.of(0));
  return broadcastTo(constant(hostTensor(filling.data, [], filling.dtype)), call.known(0) ?? []);
}

function range(call: Call): Tensor {
  const [[start = 0] = [], [limit = 0] = [], [delta = 1] = []] = [0, 1, 2].map((i) => call.known(i));
  const count = Math.max(Math.ceil((limit - start) / delta), 0);
  const { dtype } = call.x;
  return constant(
    hostTensor(
      Array.from({ length: count }, (_, i) => start + i * delta),
      [count],
      dtype,
    ),
  );
}

function eyeLike(call: Call): Tensor {
  const [rows, columns] = [iota(call.x.shape, 0), iota(call.x.shape, 1)];
  const elements = rows.add(call.number('k', 0)).equal(columns);
  return cast(elements, call.has('dtype') ? typeOf(call, 'dtype', 1) : call.x.dtype);
}

/** Constants, sequences, and other dtypes. */
export const sources: Operators = {
  Cast: { apply: (call) => castTo(call.x, typeOf(call, 'to', 1)) },
  CastLike: { apply: (call) => castTo(call.x, call.input(1).dtype) },
  ConstantOfShape: { apply: constantOfShape, statics: [0] },
  EyeLike: { apply: eyeLike },
  Range: { apply: range, statics: [0, 1, 2] },
};
