import { isNumeric } from '../../tensor/dtype.js';
import { addIndices, axisIndex, divideIndex, greatestCommonDivisor, scaleIndex } from '../../loops/index-expression.js';
import type { Nest } from '../lowering.js';
import { AdjointError } from '../../errors.js';
import { valueText } from '../../value-text.js';
import { flatIndex, forEachIndex, formatShape, perAxis, sizeOf, stridesOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive, onlyNeeded, type NodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { broadcastTo } from './broadcast-to.js';
import { flip } from './flip.js';
import { literal } from './literal.js';
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
  formula: 'y[o] = Σⱼ w[j]·x̂[o·s + j·d − p], x̂ = x dilated; x̄ = conv(ȳ, flip(w)ᵀ), w̄ = conv(xᵀ, ȳᵀ)ᵀ',
  family: 'contraction',

  infer([x, w], attributes) {
    if (x.dtype !== w.dtype)
      throw new AdjointError(
        'DTYPE_MISMATCH',
        `convolution: the input is ${x.dtype} and the kernel ${w.dtype}; convert one with cast().`,
      );
    if (!isNumeric(x.dtype)) throw wrongDtype('convolution', x.dtype);
    const dims = attributes.stride.length;
    checkAttributes(attributes, dims);
    if (
      x.shape.length !== dims + 3 ||
      w.shape.length !== dims + 3 ||
      x.shape[0] !== w.shape[0] ||
      x.shape[2] !== w.shape[2]
    ) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `convolution: input ${formatShape(x.shape)} and kernel ${formatShape(w.shape)} do not go together; expected [groups, batch, channels, …${dims} spatial] and [groups, filters, channels, …${dims} spatial] with equal groups and channels.`,
      );
    }
    const spatial = dimensionsOf(x, w, attributes).map((dimension, d) => {
      const { length } = outputLength(dimension);
      if (length < 1) {
        const { extent, taps, padding, kernelDilation } = dimension;
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `convolution: along spatial dimension ${d} the kernel (${taps}, dilation ${kernelDilation}) does not fit the input (${extent}, padding [${padding.join(', ')}]); use a smaller kernel or more padding.`,
        );
      }
      return length;
    });
    return { shape: [...x.shape.slice(0, 2), ...w.shape.slice(1, 2), ...spatial], dtype: x.dtype };
  },

  vjp: (node, cotangent, needed) =>
    onlyNeeded(needed, [() => inputGradient(node, cotangent), () => kernelGradient(node, cotangent)]),

  compute([x, w], attributes, output) {
    const [groups, batch, channels] = x.shape as [number, number, number];
    const [, filters] = w.shape as [number, number];
    const dimensions = dimensionsOf(x, w, attributes);
    const [plane, taps, outputPlane] = [x.shape.slice(3), w.shape.slice(3), output.shape.slice(3)];
    const [planeSize, tapCount, outputSize] = [sizeOf(plane), sizeOf(taps), sizeOf(outputPlane)];
    const strides = stridesOf(plane);
    const pairs: [element: number, tap: number][] = [];
    // Products of int32 may need more digits than a number has; what is kept are the lowest 32 bits.
    const multiply = output.dtype === 'int32' ? Math.imul : (a: number, b: number): number => a * b;
    forEachIndex(outputPlane, (o, place) => {
      // The elements of the input plane that each tap meets, shared by all channels, filters and images.
      pairs.length = 0;
      forEachIndex(taps, (j, tap) => {
        const position = dimensions.map(
          ({ stride, padding: [before], inputDilation, kernelDilation }, d) =>
            (o[d]! * stride + j[d]! * kernelDilation - before) / inputDilation,
        );
        const inside = position.every((i, d) => Number.isInteger(i) && i >= 0 && i < plane[d]!);
        if (inside) pairs.push([flatIndex(position, strides), tap]);
      });
      for (let gn = 0; gn < groups * batch; gn++) {
        const g = Math.floor(gn / batch);
        for (let f = 0; f < filters; f++) {
          let total = 0;
          for (let c = 0; c < channels; c++) {
            const inputBase = (gn * channels + c) * planeSize;
            const kernelBase = ((g * filters + f) * channels + c) * tapCount;
            for (const [element, tap] of pairs)
              total += multiply(x.data[inputBase + element]!, w.data[kernelBase + tap]!);
          }
          output.data[(gn * filters + f) * outputSize + place] = total;
        }
      }
    });
  },

  // Windows that meet padding alone; there is no element for a kernel to read.
  simplify: ({ inputs, size, shape, dtype }) =>
    size > 0 && inputs.some((input) => input.size === 0) ? broadcastTo(literal(0, dtype), shape) : undefined,

  lowering: {
    kind: 'reduction',
    contraction: true,
    nests({ inputs: [x, w], shape, dtype, attributes }, { at }) {
      const phases = dimensionsOf(x, w, attributes).map((dimension, d) => dilationPhases(dimension, shape[d + 3]!));
      return combinations(phases).map((phase): Nest => {
        const dims = phase.length;
        const [g, n, f] = [axisIndex(0), axisIndex(1), axisIndex(2)];
        const c = axisIndex(3 + dims);
        const output = phase.map(({ outputs }, d) => scaleIndex(axisIndex(3 + d), outputs.step, outputs.start));
        const kernel = phase.map(({ taps }, d) => scaleIndex(axisIndex(4 + dims + d), taps.step, taps.start));
        const guards = perAxis({ o: output, j: kernel, phase }).map(({ o, j, phase: { dimension } }) => {
          const { stride, padding, inputDilation, kernelDilation, extent } = dimension;
          const dilated = addIndices(scaleIndex(o, stride, -padding[0]), scaleIndex(j, kernelDilation));
          return { index: divideIndex(dilated, inputDilation), extent };
        });
        const position = guards.map(({ index }) => index);
        const element = { kind: 'guard', dtype, guards, x: at(x, [g, n, c, ...position]), otherwise: 0 } as const;
        return {
          extents: [...shape.slice(0, 3), ...phase.map(({ outputs }) => outputs.count)],
          reduction: {
            operation: 'sum',
            extents: [...x.shape.slice(2, 3), ...phase.map(({ taps }) => taps.count)],
            value: { kind: 'binary', operation: 'mul', dtype, x: element, y: at(w, [g, f, c, ...kernel]) },
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
  const { stride, inputDilation, kernelDilation } = attributes;
  const spatialAxes = stride.map((_, d) => d + 3);
  return convolution(cotangent, swapAxes(flip(w, spatialAxes), 1, 2), {
    stride: inputDilation,
    inputDilation: stride,
    kernelDilation,
    padding: dimensionsOf(x, w, attributes).map((dimension) => {
      const { taps, padding } = dimension;
      const reach = (taps - 1) * dimension.kernelDilation;
      return [reach - padding[0], reach - padding[1] + outputLength(dimension).rest] as const;
    }),
  });
}

/** w̄ = conv(xᵀ, ȳᵀ)ᵀ with stride and kernel dilation exchanged and pad (p⁻, p⁺ − r). */
function kernelGradient({ inputs: [x, w], attributes }: ConvolutionNode, cotangent: Tensor): Tensor {
  const { stride, inputDilation, kernelDilation } = attributes;
  const gradient = convolution(swapAxes(x, 1, 2), swapAxes(cotangent, 1, 2), {
    stride: kernelDilation,
    inputDilation,
    kernelDilation: stride,
    padding: dimensionsOf(x, w, attributes).map((dimension) => {
      const [before, after] = dimension.padding;
      return [before, after - outputLength(dimension).rest] as const;
    }),
  });
  return swapAxes(gradient, 1, 2);
}

/** One spatial dimension: how many elements and taps there are, and the attributes. */
type Dimension = ReturnType<typeof dimensionsOf>[number];

function dimensionsOf(x: { shape: Shape }, w: { shape: Shape }, attributes: ConvolutionAttributes) {
  return perAxis({ extent: x.shape.slice(3), taps: w.shape.slice(3), ...attributes });
}

/** Output length and remainder r. */
function outputLength({ extent, taps, stride, padding, inputDilation, kernelDilation }: Dimension): {
  length: number;
  rest: number;
} {
  const dilated = extent === 0 ? 0 : (extent - 1) * inputDilation + 1;
  const room = dilated + padding[0] + padding[1] - ((taps - 1) * kernelDilation + 1);
  return room < 0 ? { length: 0, rest: 0 } : { length: Math.floor(room / stride) + 1, rest: room % stride };
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
  dimension: Dimension,
  outputs: number,
): { dimension: Dimension; outputs: Progression; taps: Progression }[] {
  const { taps, stride: s, inputDilation: dx, kernelDilation: dw, padding } = dimension;
  const outputStep = dx / greatestCommonDivisor(dx, s);
  const tapStep = dx / greatestCommonDivisor(dx, dw);
  return Array.from({ length: Math.min(outputStep, outputs) }, (_, phase) => {
    let first = 0;
    while (first < tapStep && (phase * s + first * dw - padding[0]) % dx !== 0) first++;
    const count = first === tapStep ? 0 : Math.max(0, Math.ceil((taps - first) / tapStep));
    return {
      dimension,
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
        `convolution: ${name} ${valueText(values)} must be ${dims} whole numbers ≥ 1.`,
      );
    }
  }
  if (padding.length !== dims || !padding.flat().every(Number.isInteger)) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `convolution: padding ${valueText(padding)} must be ${dims} pairs [before, after] of whole numbers.`,
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
