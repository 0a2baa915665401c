import type { Dim } from './dims.js';
import { inputOf, type Emission, type Emitters } from './emitter.js';
import { spread } from './movement.js';

interface Attributes {
  readonly stride: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
}

/** x [G, N, Ci] by w [G, Co, Ci] transposed. */
function product(emission: Emission): string {
  const { writer, views, node } = emission;
  const [x = '', w = ''] = emission.inputs;
  const [left, right] = [emission.dims(inputOf(emission, 0)), emission.dims(inputOf(emission, 1))];
  if (left[0] !== 1) return writer.node('MatMul', [x, views.transpose(w, [0, 2, 1])]);
  const [a, b] = [views.reshape(x, left, left.slice(1)), views.reshape(w, right, right.slice(1))];
  const dims = emission.dims(node);
  return views.reshape(writer.node('Gemm', [a, b], { transB: 1 }), dims.slice(1), dims);
}

/** Groups become channels, as ONNX has them: x [N, G·Ci, …], w [G·Co, Ci, …]. What is spread or cropped, is so before. */
function convolution(emission: Emission): string {
  const { writer, views, node } = emission;
  const { stride, padding, inputDilation, kernelDilation } = node.attributes as Attributes;
  if (stride.length === 0) return product(emission);
  const [source, kernel] = [inputOf(emission, 0), inputOf(emission, 1)];
  const [groups = 1] = source.shape;
  const [, , channels = 1] = source.shape;
  const [, filters = 1] = kernel.shape;
  const lead = (name: string, dims: readonly Dim[]): [string, readonly Dim[]] => {
    const [g = 1, batch = 1, c = 1, ...space] = dims;
    if (g === 1) return [views.reshape(name, dims, [batch, c, ...space]), [batch, c, ...space]];
    const swapped = views.transpose(
      name,
      dims.map((_, axis) => (axis === 0 ? 1 : axis === 1 ? 0 : axis)),
    );
    const joined: readonly Dim[] = [batch, groups * channels, ...space];
    return [views.reshape(swapped, [batch, g, c, ...space], joined), joined];
  };
  const [given, dims] = lead(emission.inputs[0] ?? '', emission.dims(source));
  const needsSpread = inputDilation.some((d) => d !== 1) || padding.some((pair) => pair.some((side) => side < 0));
  const around = {
    padding: [[0, 0] as const, [0, 0] as const, ...padding],
    interior: [0, 0, ...inputDilation.map((d) => d - 1)],
    value: 0,
  };
  const x = needsSpread ? spread(emission, given, dims, around, '') : given;
  const taps = emission.dims(kernel);
  const w = views.reshape(emission.inputs[1] ?? '', taps, mergedKernel(taps, groups));
  const y = writer.node('Conv', [x, w], {
    strides: stride,
    dilations: kernelDilation,
    pads: [0, 1].flatMap((side) => padding.map((pair) => (needsSpread ? 0 : (pair[side] ?? 0)))),
    group: groups,
    kernel_shape: kernel.shape.slice(3),
  });
  const [, batch = 1, , ...space] = emission.dims(node);
  const joined: readonly Dim[] = [batch, groups * filters, ...space];
  if (groups === 1) return views.reshape(y, joined, emission.dims(node));
  const split: readonly Dim[] = [batch, groups, filters, ...space];
  return views.transpose(
    views.reshape(y, joined, split),
    split.map((_, axis) => (axis === 0 ? 1 : axis === 1 ? 0 : axis)),
  );
}

/** [G, Co, Ci, …] as [G·Co, Ci, …]; of one group Co may vary, as where the batch of a gradient is contracted. */
function mergedKernel([, filters = 1, ...rest]: readonly Dim[], groups: number): readonly Dim[] {
  return [typeof filters === 'number' ? groups * filters : filters, ...rest];
}

export const contraction: Emitters = { convolution };
