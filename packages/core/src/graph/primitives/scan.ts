import { AdjointError } from '../../errors.js';
import { allocateArray } from '../../tensor/dtype.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import { formatShape, sameShape } from '../../tensor/shape.js';
import { computeNodes } from '../compute-nodes.js';
import { definePrimitive } from '../primitive.js';
import type { ScanAttributes, ScanBody } from '../scan/scan-body.js';
import { scanAdjoint } from '../scan/scan-adjoint.js';
import type { Tensor, TensorType } from '../tensor.js';
import { topologicalOrder } from '../topological-order.js';

/**
 * One result of a loop over time. All results of one loop are nodes with the same list of inputs; they are computed
 * together, and differentiated together: by a scan the other way.
 */
export const scanPrimitive = definePrimitive<ScanAttributes>({
  name: 'scan',
  formula:
    'y = the last carry, all carries or all outputs of cₜ₊₁, yₜ = step(cₜ, xₜ, k); c̄ₜ, x̄ₜ, k̄ by a scan from the last step to the first',
  family: 'reduction',
  infer(inputs, { body, length, result, index }) {
    checkInputs(inputs, body, length);
    if (result === 'carry') return body.inputs.carries[index]!.type;
    const part = result === 'history' ? body.inputs.carries[index]! : body.outputs[index]!;
    return { shape: [length, ...part.shape], dtype: part.dtype };
  },
  vjp: (node, cotangent, needed) => scanAdjoint([node], [cotangent], needed),
  vjpOfResults: scanAdjoint,
  compute(inputs, { body, length, reverse, result, index }, output) {
    const { carries, slices, constants } = body.inputs;
    const stacks = inputs.slice(carries.length, carries.length + slices.length);
    const fixed = constants.map((leaf, i) => [leaf, inputs[carries.length + slices.length + i]!] as const);
    const order = topologicalOrder(result === 'output' ? [...body.next, body.outputs[index]!] : body.next);
    let state = inputs.slice(0, carries.length);
    for (let step = 0; step < length; step++) {
      const t = reverse ? length - 1 - step : step;
      const values = new Map<Tensor, HostTensor>([
        ...fixed,
        ...carries.map((leaf, i) => [leaf, state[i]!] as const),
        ...slices.map((leaf, i) => [leaf, partAt(stacks[i]!, leaf, t)] as const),
      ]);
      computeNodes(order, values);
      if (result === 'history') output.data.set(state[index]!.data, t * state[index]!.data.length);
      if (result === 'output') output.data.set(values.get(body.outputs[index]!)!.data, t * body.outputs[index]!.size);
      state = body.next.map((node) => values.get(node)!);
    }
    if (result === 'carry') output.data.set(state[index]!.data);
  },
  lowering: { kind: 'repeat' },
});

function partAt({ data }: HostTensor, { size, shape, dtype }: Tensor, t: number): HostTensor {
  const part = allocateArray(dtype, size);
  part.set(data.subarray(t * size, (t + 1) * size));
  return { data: part, shape, dtype };
}

function checkInputs(
  inputs: readonly TensorType[],
  { inputs: { carries, slices, constants } }: ScanBody,
  length: number,
) {
  const types = [
    ...carries.map(({ type }) => type),
    ...slices.map(({ dtype, shape }) => ({ dtype, shape: [length, ...shape] })),
    ...constants.map(({ type }) => type),
  ];
  types.forEach((type, i) => {
    const input = inputs[i];
    if (input && input.dtype === type.dtype && sameShape(input.shape, type.shape)) return;
    const found = input ? `${input.dtype} ${formatShape(input.shape)}` : 'missing';
    throw new AdjointError(
      input && input.dtype !== type.dtype ? 'DTYPE_MISMATCH' : 'SHAPE_MISMATCH',
      `scan: input ${i} is ${found}; its body was built for ${type.dtype} ${formatShape(type.shape)}.`,
    );
  });
}
