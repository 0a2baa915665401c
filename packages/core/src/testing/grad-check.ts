import { ReferenceBackend } from '../backend/reference/reference-backend.js';
import { Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import { add } from '../graph/primitives/add.js';
import { constant } from '../graph/primitives/constant.js';
import { mul } from '../graph/primitives/mul.js';
import { sum } from '../graph/primitives/sum.js';
import { Tensor } from '../graph/tensor.js';
import { count, optional, positive, rate, schemaOf, validateOptions } from '../registry/options/index.js';
import { isFloat } from '../tensor/dtype.js';
import { hostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import type { Shape } from '../tensor/shape.js';
import { gradients } from '../autograd/gradients.js';

/** What is checked: any tensors, computed from tensors. Built anew for every check, so it must depend on nothing else. */
export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

export interface GradCheckOptions {
  /** Highest order of derivative that is checked; 1 if not given. */
  readonly order?: number;
  /** Half the distance of the two points of a difference quotient; 1e-5 if not given. */
  readonly step?: number;
  /** Largest error, as a share of 1 + the largest derivative by the same input; 1e-6 if not given. */
  readonly tolerance?: number;
}

const gradCheckOptions = schemaOf<GradCheckOptions>({
  order: optional(count),
  step: optional(positive),
  tolerance: optional(rate),
});

/** The element whose derivative is farthest from the difference quotient. */
export interface WorstElement {
  readonly order: number;
  /** Which argument of the function. */
  readonly input: number;
  readonly index: readonly number[];
  readonly derivative: number;
  readonly quotient: number;
  /** |derivative − quotient| / (1 + the largest quotient by the same input). */
  readonly error: number;
}

export interface GradCheckReport {
  /** How many derivatives were compared. */
  readonly compared: number;
  /** `undefined` if there was nothing to compare. */
  readonly worst: WorstElement | undefined;
}

/**
 * Compares the gradients of a function with central differences (f(x + h) − f(x − h)) / 2h, in float64 on a reference
 * engine of its own, by every element of every float input. Outputs of any shape are weighted and added up first.
 * Choose inputs away from kinks (0 of relu, ties of maximum).
 * @throws AdjointError `GRADIENT_INVALID` that names the worst element, if its error exceeds the tolerance.
 * @example await gradCheck((x, w) => convolve(x, w, { stride: 2 }), [image, kernel], { order: 2 });
 */
export async function gradCheck(
  f: Differentiable,
  inputs: readonly TensorLike[],
  options: GradCheckOptions = {},
): Promise<GradCheckReport> {
  validateOptions(gradCheckOptions, options, 'gradCheck');
  if (typeof f !== 'function' || !Array.isArray(inputs))
    throw new AdjointError('OPERAND_INVALID', 'gradCheck: takes a function of tensors and a list of its inputs.');
  const { order = 1, step = 1e-5, tolerance = 1e-6 } = options;
  const points = inputs.map((input) => inFloat64(hostTensor(input)));
  const engine = new Engine(new ReferenceBackend());
  let compared = 0;
  let worst: WorstElement | undefined;
  if (!points.some((point) => isFloat(point.dtype))) return { compared, worst };
  try {
    let weighted = weightedSum(f);
    for (let degree = 1; degree <= order; degree++) {
      for (const element of await compare(engine, weighted, points, step)) {
        compared++;
        // A NaN is the worst there is.
        if (!worst || !(element.error <= worst.error)) worst = { ...element, order: degree };
        if (Number.isNaN(worst.error)) break;
      }
      weighted = weightedSum(gradientsOf(weighted));
    }
  } finally {
    engine.close();
  }
  if (worst && !(worst.error <= tolerance)) {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradCheck: the derivative of order ${worst.order} by input ${worst.input} at [${worst.index.join(', ')}] is ${worst.derivative}, but the difference quotient is ${worst.quotient} (relative error ${worst.error.toExponential(1)}, tolerance ${tolerance}). Check the vjp, or move the input away from a kink.`,
    );
  }
  return { compared, worst };
}

type WeightedSum = (inputs: readonly Tensor[]) => Tensor;

async function compare(
  engine: Engine,
  f: WeightedSum,
  points: readonly HostTensor[],
  step: number,
): Promise<Omit<WorstElement, 'order'>[]> {
  const value = engine.trace((inputs) => [f(inputs)]);
  const derivatives = await engine.trace((inputs) => gradientsOf(f)(...inputs)).call(points);
  const elements: Omit<WorstElement, 'order'>[] = [];
  const places = points.flatMap((point, input) => (isFloat(point.dtype) ? [input] : []));
  for (const [k, input] of places.entries()) {
    const point = points[input]!;
    const quotients: number[] = [];
    for (let i = 0; i < point.data.length; i++) {
      const at = async (offset: number): Promise<number> => {
        const data = Float64Array.from(point.data);
        data[i]! += offset;
        const [result] = await value.call(points.map((other, j) => (j === input ? { ...point, data } : other)));
        return result!.data[0]!;
      };
      quotients.push(((await at(step)) - (await at(-step))) / (2 * step));
    }
    const scale = 1 + quotients.reduce((largest, quotient) => Math.max(largest, Math.abs(quotient)), 0);
    for (const [i, quotient] of quotients.entries()) {
      const derivative = derivatives[k]!.data[i]!;
      elements.push({
        input,
        index: indexOf(i, point.shape),
        derivative,
        quotient,
        error: Math.abs(derivative - quotient) / scale,
      });
    }
  }
  return elements;
}

/** The gradients of a scalar function by its float inputs. */
function gradientsOf(f: WeightedSum): (...inputs: Tensor[]) => readonly Tensor[] {
  return (...inputs) =>
    gradients(
      f(inputs),
      inputs.filter((input) => isFloat(input.dtype)),
    );
}

/** Σ c·y over all outputs, with weights c that leave no output out and follow no pattern. */
function weightedSum(f: Differentiable): WeightedSum {
  return (inputs) => {
    const outputs = [f(...inputs)].flat();
    if (outputs.length === 0 || !outputs.every((output) => output instanceof Tensor))
      throw new AdjointError('GRADIENT_INVALID', 'gradCheck: the function returns no tensor.');
    return outputs.map((output) => sum(mul(output, weightsLike(output)))).reduce((total, part) => add(total, part));
  };
}

function weightsLike({ shape, size, dtype }: Tensor): Tensor {
  if (dtype !== 'float64') {
    throw new AdjointError(
      'GRADIENT_INVALID',
      `gradCheck: an output is ${dtype}; gradients are checked in float64, so cast nothing to another float dtype.`,
    );
  }
  return constant({ data: Float64Array.from({ length: size }, (_, i) => Math.cos(i)), shape, dtype: 'float64' });
}

function inFloat64(point: HostTensor): HostTensor {
  return isFloat(point.dtype) ? hostTensor(point.data, point.shape, 'float64') : point;
}

function indexOf(flat: number, shape: Shape): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
    index[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return index;
}
