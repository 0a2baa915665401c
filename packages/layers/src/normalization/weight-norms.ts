import {
  defineLayer,
  matmul,
  norm,
  stopGradient,
  sizeOf,
  type BuiltLayer,
  type Choice,
  type Definition,
  type Parameter,
  type Tensor,
} from '@adjoint/core';
import { isKernel, runWithKernels } from '../composition/run-with-kernels.js';
import type { Defaulted } from '../defaulted.js';
import { choice, count, documented, object, optional, positive, type Schema } from '@adjoint/core/options';

/** Options of a layer that changes the kernels of another; stated, since the type of a choice refers to itself. */
export interface KernelNormOptions {
  /** Whose kernels are normalised. */
  readonly layer: Choice<'layer'>;
}

const layer = documented(choice('layer'), 'Whose kernels are normalised.');

function kernelsOf(inner: BuiltLayer): Parameter[] {
  return inner.parameters.filter(isKernel);
}

function rowsOf({ variable }: Parameter): number {
  return variable.type.shape[0] ?? 1;
}

/** A kernel as a matrix with a row for each output. */
function matrixOf(kernel: Tensor): Tensor {
  return kernel.reshape([kernel.shape[0] ?? 1, -1]);
}

/** Learns direction and length of each row of a layer's kernels apart. */
export const weightNorm: Definition<'layer', Schema<KernelNormOptions>> = defineLayer({
  options: object({ layer }),
  formula: 'w = g·v/‖v‖, for each output',
  source: 'Salimans & Kingma 2016, equation 2',
  examples: [{ options: { layer: { dense: { units: 2 } } }, inputs: [[3]] }],
  create: ({ layer: wrapped }) => ({
    build(inputs, scope) {
      const inner = scope.layer(wrapped, inputs);
      const lengths = new Map(
        kernelsOf(inner).map((kernel) => [
          kernel,
          scope.parameter(`length/${kernel.name}`, [rowsOf(kernel), 1], {
            role: 'scale',
            initialize: () => rowLengths(kernel),
          }),
        ]),
      );
      return (tensors, context) =>
        runWithKernels(inner, tensors, context, (of, kernel) => {
          const length = lengths.get(of);
          if (!length) return kernel;
          const matrix = matrixOf(kernel);
          return matrix
            .div(norm(matrix, 2, 1, true))
            .mul(context.value(length))
            .reshape(kernel.shape);
        });
    },
  }),
});

/** ‖v‖ of each row at the start. */
function rowLengths(kernel: Parameter): Float64Array {
  const { data, shape } = kernel.initial();
  const columns = sizeOf(shape.slice(1));
  return Float64Array.from({ length: rowsOf(kernel) }, (_, row) =>
    Math.hypot(...data.subarray(row * columns, (row + 1) * columns)),
  );
}

/** Options of `spectralNorm`. */
export interface SpectralNormOptions extends KernelNormOptions {
  /** Steps of power iteration in each training pass; 1 if not given. */
  readonly iterations?: number | undefined;
  /** Added to lengths that are divided by; 1e-12 if not given. */
  readonly epsilon?: number | undefined;
}

/**
 * Divides a layer's kernels by their largest singular value, of which the vectors are followed by power iteration, some
 * steps in each training pass. No gradient flows through the vectors.
 */
export const spectralNorm: Definition<
  'layer',
  Schema<SpectralNormOptions, Defaulted<SpectralNormOptions>>
> = defineLayer({
  options: object({
    layer,
    iterations: documented(optional(count, 1), 'Steps of power iteration in each training pass.'),
    epsilon: documented(optional(positive, 1e-12), 'Added to lengths that are divided by.'),
  }),
  formula: 'w = v/σ(v), σ(v) = uᵀ·v·r',
  source: 'Miyato et al. 2018, algorithm 1',
  // Central differences see the vectors move, through which no gradient flows.
  examples: [{ options: { layer: { dense: { units: 3 } } }, inputs: [[2]], except: ['gradient'] }],
  create: ({ layer: wrapped, iterations, epsilon }, { create }) => ({
    build(inputs, scope) {
      const inner = scope.layer(wrapped, inputs);
      const initial = create('initializer', { normal: { deviation: 1 } });
      const lefts = new Map(
        kernelsOf(inner).map((kernel) => [kernel, scope.state(`left/${kernel.name}`, [1, rowsOf(kernel)], initial)]),
      );
      const unit = (x: Tensor): Tensor => x.div(norm(x).add(epsilon));
      return (tensors, context) =>
        runWithKernels(inner, tensors, context, (of, kernel) => {
          const state = lefts.get(of);
          if (!state) return kernel;
          const matrix = matrixOf(kernel);
          const constant = stopGradient(matrix);
          let left = unit(context.value(state));
          let right = unit(matmul(left, constant));
          if (context.training) {
            for (let step = 0; step < iterations; step++) {
              if (step > 0) right = unit(matmul(left, constant));
              left = unit(matmul(right, constant, { transposeB: true }));
            }
            right = unit(matmul(left, constant));
            context.update(state, left);
          }
          const sigma = matmul(left, matrix).mul(right).sum();
          return kernel.div(sigma);
        });
    },
  }),
});
