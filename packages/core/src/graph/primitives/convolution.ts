import { isNumeric } from '../../tensor/dtype.js';
import { addIndices, axisIndex, divideIndex, greatestCommonDivisor, scaleIndex } from '../../loops/index-expression.js';
import type { Nest } from '../lowering.js';

import { AdjointError } from '../../errors.js';
import { forEachIndex, formatShape, sizeOf, stridesOf } from '../../tensor/shape.js';
import { definePrimitive, type NodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { flip } from './flip.js';
import type { Padding } from './pad.js';
import { swapAxes } from './transpose.js';

/** One entry per spatial dimension; all empty for a matrix product. */
export interface ConvolutionAttributes {
  readonly stride: readonly number[];
  /** Elements before and after the dilated input; negative numbers crop. */
  readonly padding: Padding;
  /** 1 leaves the input as it is, d puts d − 1 zeros between neighbours. */
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
}

/**
 * Cross-correlation x[G, N, Ci, …a] ∗ w[G, Co, Ci, …k] → y[G, N, Co, …o] over any number of spatial dimensions; with none
 * it is the batched matrix product x·wᵀ. Per dimension, with A = (a − 1)dₓ + 1 and K = (k − 1)d_w + 1:
 *
 *   y[o] = Σⱼ w[j] · x̂[o·s + j·d_w − p⁻], x̂ = x dilated by dₓ;  o < ⌊(A + p⁻ + p⁺ − K)/s⌋ + 1,  r = (A + p⁻ + p⁺ − K) mod s.
 *
 * It is linear in x and in w, and both adjoints are the same primitive (ᵀ swaps axes 1 and 2), see docs/convolution.md.
 */
export const convolutionPrimitive = definePrimitive<ConvolutionAttributes, [x: Tensor, w: Tensor]>({
  name: 'convolution',

  infer([x, w], attributes) {
    if (x.dtype !== w.dtype)
      throw new AdjointError(
        'DTYPE_MISMATCH',
        `convolution: the input is ${x.dtype} and the kernel ${w.dtype}; convert one with cast().`,
      );
    if (!isNumeric(x.dtype)) throw wrongDtype('convolution', x.dtype);
    const dims = attributes.stride.length;
    checkAttributes(attributes, dims);
    const [given, kernel] = [x.shape, w.shape];
    if (given.length !== dims + 3 || kernel.length !== dims + 3 || given[0] !== kernel[0] || given[2] !== kernel[2]) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `convolution: input ${formatShape(given)} and kernel ${formatShape(kernel)} do not go together; expected [groups, batch, channels, …${dims} spatial] and [groups, filters, channels, …${dims} spatial] with equal groups and channels.`,
      );
    }
    const spatial = attributes.stride.map((_, d) => {
      const [length] = outputLength(given[d + 3]!, kernel[d + 3]!, attributes, d);
      if (length < 1) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `convolution: along spatial dimension ${d} the kernel (${kernel[d + 3]}, dilation ${attributes.kernelDilation[d]}) does not fit the input (${given[d + 3]}, padding [${attributes.padding[d]!.join(', ')}]); use a smaller kernel or more padding.`,
        );
      }
      return length;
    });
    return { shape: [given[0]!, given[1]!, kernel[1]!, ...spatial], dtype: x.dtype };
  },

  vjp(node, cotangent, needed) {
    return [
      needed[0] ? inputGradient(node, cotangent) : undefined,
      needed[1] ? kernelGradient(node, cotangent) : undefined,
    ];
  },

  compute([x, w], { stride, padding, inputDilation, kernelDilation }, output) {
    const [, , channels] = x.shape as [number, number, number];
    const [batch, filters] = [output.shape[1]!, output.shape[2]!];
    const [spatial, taps] = [x.shape.slice(3), w.shape.slice(3)];
    const [plane, kernelSize] = [sizeOf(spatial), sizeOf(taps)];
    const strides = stridesOf(spatial);
    const pairs: [number, number][] = [];
    forEachIndex(output.shape.slice(3), (o, place) => {
      // The places of the input plane that each tap meets, shared by all channels, filters and images.
      pairs.length = 0;
      forEachIndex(taps, (j, tap) => {
        let at = 0;
        for (let d = 0; d < taps.length; d++) {
          const position = (o[d]! * stride[d]! + j[d]! * kernelDilation[d]! - padding[d]![0]) / inputDilation[d]!;
          if (!Number.isInteger(position) || position < 0 || position >= spatial[d]!) return;
          at += position * strides[d]!;
        }
        pairs.push([at, tap]);
      });
      const outputPlane = sizeOf(output.shape.slice(3));
      for (let gn = 0; gn < output.shape[0]! * batch; gn++) {
        const g = Math.floor(gn / batch);
        for (let f = 0; f < filters; f++) {
          let total = 0;
          for (let c = 0; c < channels; c++) {
            const inputBase = (gn * channels + c) * plane;
            const kernelBase = ((g * filters + f) * channels + c) * kernelSize;
            for (const [at, tap] of pairs) total += x.data[inputBase + at]! * w.data[kernelBase + tap]!;
          }
          output.data[(gn * filters + f) * outputPlane + place] = total;
        }
      }
    });
  },

  lowering: {
    kind: 'reduction',
    contraction: true,
    nests({ inputs: [x, w], shape, dtype, attributes }, { at }) {
      const phases = attributes.stride.map((_, d) => dilationPhases(w.shape[d + 3]!, shape[d + 3]!, attributes, d));
      return combinations(phases).map((phase): Nest => {
        const dims = phase.length;
        const [g, n, f] = [axisIndex(0), axisIndex(1), axisIndex(2)];
        const c = axisIndex(3 + dims);
        const output = phase.map(({ outputs }, d) => scaleIndex(axisIndex(3 + d), outputs.step, outputs.start));
        const taps = phase.map(({ taps }, d) => scaleIndex(axisIndex(4 + dims + d), taps.step, taps.start));
        const position = phase.map((_, d) => {
          const dilated = addIndices(
            scaleIndex(output[d]!, attributes.stride[d]!, -attributes.padding[d]![0]),
            scaleIndex(taps[d]!, attributes.kernelDilation[d]!),
          );
          return divideIndex(dilated, attributes.inputDilation[d]!);
        });
        const guards = position.map((index, d) => ({ index, extent: x.shape[d + 3]! }));
        const element = { kind: 'guard', dtype, guards, x: at(x, [g, n, c, ...position]), otherwise: 0 } as const;
        return {
          extents: [shape[0]!, shape[1]!, shape[2]!, ...phase.map(({ outputs }) => outputs.count)],
          reduction: {
            operation: 'sum',
            extents: [x.shape[2]!, ...phase.map(({ taps }) => taps.count)],
            value: { kind: 'binary', operation: 'mul', dtype, x: element, y: at(w, [g, f, c, ...taps]) },
          },
          output: [g, n, f, ...output],
        };
      });
    },
  },
});

type ConvolutionNode = NodeOf<ConvolutionAttributes, [x: Tensor, w: Tensor]>;

/** x̄ = conv(ȳ, flip(w)ᵀ) with stride and input dilation exchanged and pad (K − 1 − p⁻, K − 1 − p⁺ + r). */
function inputGradient({ inputs: [x, w], attributes }: ConvolutionNode, cotangent: Tensor): Tensor {
  const { stride, padding, inputDilation, kernelDilation } = attributes;
  const spatialAxes = stride.map((_, d) => d + 3);
  return convolution(cotangent, swapAxes(flip(w, spatialAxes), 1, 2), {
    stride: inputDilation,
    inputDilation: stride,
    kernelDilation,
    padding: padding.map(([before, after], d) => {
      const reach = (w.shape[d + 3]! - 1) * kernelDilation[d]!;
      const [, rest] = outputLength(x.shape[d + 3]!, w.shape[d + 3]!, attributes, d);
      return [reach - before, reach - after + rest] as const;
    }),
  });
}

/** w̄ = conv(xᵀ, ȳᵀ)ᵀ with stride and kernel dilation exchanged and pad (p⁻, p⁺ − r). */
function kernelGradient({ inputs: [x, w], attributes }: ConvolutionNode, cotangent: Tensor): Tensor {
  const { stride, padding, inputDilation, kernelDilation } = attributes;
  const gradient = convolution(swapAxes(x, 1, 2), swapAxes(cotangent, 1, 2), {
    stride: kernelDilation,
    inputDilation,
    kernelDilation: stride,
    padding: padding.map(([before, after], d) => {
      const [, rest] = outputLength(x.shape[d + 3]!, w.shape[d + 3]!, attributes, d);
      return [before, after - rest] as const;
    }),
  });
  return swapAxes(gradient, 1, 2);
}

/** Output length and remainder r of one spatial dimension. */
function outputLength(
  extent: number,
  taps: number,
  { stride, padding, inputDilation, kernelDilation }: ConvolutionAttributes,
  d: number,
): [length: number, rest: number] {
  const dilated = extent === 0 ? 0 : (extent - 1) * inputDilation[d]! + 1;
  const room = dilated + padding[d]![0] + padding[d]![1] - ((taps - 1) * kernelDilation[d]! + 1);
  return room < 0 ? [0, 0] : [Math.floor(room / stride[d]!) + 1, room % stride[d]!];
}

interface Progression {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/**
 * An input dilated by dₓ is never run over its zeros: the outputs fall into dₓ/gcd(dₓ, s) phases, and those of one phase
 * meet elements only at every dₓ/gcd(dₓ, d_w)-th tap (at none, if the two have a common factor that does not fit).
 */
function dilationPhases(
  taps: number,
  outputs: number,
  { stride, padding, inputDilation, kernelDilation }: ConvolutionAttributes,
  d: number,
): { outputs: Progression; taps: Progression }[] {
  const [s, dx, dw, before] = [stride[d]!, inputDilation[d]!, kernelDilation[d]!, padding[d]![0]];
  const outputStep = dx / greatestCommonDivisor(dx, s);
  const tapStep = dx / greatestCommonDivisor(dx, dw);
  return Array.from({ length: Math.min(outputStep, outputs) }, (_, phase) => {
    let first = 0;
    while (first < tapStep && (phase * s + first * dw - before) % dx !== 0) first++;
    const count = first === tapStep ? 0 : Math.max(0, Math.ceil((taps - first) / tapStep));
    return {
      outputs: { start: phase, step: outputStep, count: Math.ceil((outputs - phase) / outputStep) },
      // Without a tap the progression is empty; its start only has to keep the positions whole.
      taps: { start: first === tapStep ? 0 : first, step: tapStep, count },
    };
  });
}

function combinations<T>(choices: readonly (readonly T[])[]): T[][] {
  return choices.reduce<T[][]>(
    (made, options) => made.flatMap((head) => options.map((option) => [...head, option])),
    [[]],
  );
}

function checkAttributes(
  { stride, padding, inputDilation, kernelDilation }: ConvolutionAttributes,
  dims: number,
): void {
  for (const [name, values] of Object.entries({ stride, inputDilation, kernelDilation })) {
    if (values.length !== dims || !values.every((value) => Number.isInteger(value) && value >= 1)) {
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `convolution: ${name} [${String(values)}] must be ${dims} whole numbers ≥ 1.`,
      );
    }
  }
  if (padding.length !== dims || !padding.flat().every(Number.isInteger)) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `convolution: padding ${JSON.stringify(padding)} must be ${dims} pairs [before, after] of whole numbers.`,
    );
  }
}

/**
 * The general convolution (cross-correlation) of x [groups, batch, channels, …spatial] with the kernel
 * w [groups, filters, channels, …spatial] → [groups, batch, filters, …spatial].
 */
export function convolution(x: Tensor, w: Tensor, attributes: ConvolutionAttributes): Tensor {
  return apply(convolutionPrimitive, [x, w], attributes);
}
