import type { Tensor } from '@adjoint/core';
import { elementTypeOf } from '../format/element-types.js';
import type { Dim } from './dims.js';
import { inputOf, type Emission, type Emitter, type Emitters } from './emitter.js';

function reduced(op: string): Emitter {
  return ({ writer, inputs, node }) => {
    const { axes, keepDims } = node.attributes as { readonly axes: readonly number[]; readonly keepDims: boolean };
    if (axes.length === 0) return inputs[0] ?? '';
    return writer.node(op, [inputs[0] ?? '', writer.integers(axes)], { keepdims: Number(keepDims) });
  };
}

function argMax({ writer, inputs, node }: Emission): string {
  const { axis, keepDims } = node.attributes as { readonly axis: number; readonly keepDims: boolean };
  const places = writer.node('ArgMax', inputs, { axis, keepdims: Number(keepDims) });
  return writer.node('Cast', [places], { to: elementTypeOf.int32 });
}

function cumulativeSum({ writer, inputs, node }: Emission): string {
  const { axis, reverse } = node.attributes as { readonly axis: number; readonly reverse: boolean };
  const place = writer.scalar(axis, 'int32');
  return writer.node('CumSum', [inputs[0] ?? '', place], reverse ? { reverse: 1 } : {});
}

interface Window {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

/** Max pooling's second output counts places in the whole tensor; what is asked for are places in the plane. */
function windowArgMax(emission: Emission): string {
  const { writer, views, inputs, node } = emission;
  const window = node.attributes as Window;
  const x: Tensor = inputOf(emission, 0);
  const space = window.size.length;
  const lead = x.rank - space;
  const dims = emission.dims(x);
  const plane = dims.slice(lead);
  // Two axes come before the plane: those that are there, or one of them all and one of extent 1.
  const flat: readonly Dim[] = lead === 2 ? dims : [leadOf(dims.slice(0, lead)), 1, ...plane];
  const given = views.reshape(inputs[0] ?? '', dims, flat);
  const numbers = x.dtype === 'int32' ? writer.node('Cast', [given], { to: elementTypeOf.float64 }) : given;
  const [, places = ''] = writer.nodes(
    'MaxPool',
    [numbers],
    {
      kernel_shape: window.size,
      strides: window.stride,
      dilations: window.dilation,
      pads: [0, 1].flatMap((side) => window.padding.map((pair) => pair[side] ?? 0)),
    },
    2,
  );
  const size = x.shape.slice(lead).reduce((product, extent) => product * extent, 1);
  const own = writer.node('Cast', [writer.node('Mod', [places, writer.integers([size])])], { to: elementTypeOf.int32 });
  return views.reshape(own, [...flat.slice(0, 2), ...node.shape.slice(lead)], emission.dims(node));
}

/** The product of extents, of which at most one varies. */
function leadOf(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>((product, dim) => {
    if (typeof product === 'number' && typeof dim === 'number') return product * dim;
    const [varying, factor] = typeof dim === 'number' ? [product, dim] : [dim, product];
    if (typeof varying === 'number' || typeof factor !== 'number') throw new Error('two extents vary');
    return { factor: varying.factor * factor, offset: varying.offset * factor };
  }, 1);
}

export const reduction: Emitters = {
  argMax,
  cumulativeSum,
  max: reduced('ReduceMax'),
  sum: reduced('ReduceSum'),
  windowArgMax,
};
