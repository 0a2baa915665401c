import {
  AdjointError,
  allocateArray,
  batches,
  bindLosses,
  evaluationContext,
  gradients,
  openData,
  reduceTerms,
  severalOf,
  sizeOf,
  termsOf,
  type App,
  type BoundLoss,
  type DataReference,
  type HostTensor,
  type Model,
  type Parameter,
  type Tensor,
  type TracedFunction,
  type TrainerOptions,
} from '@adjoint/core';
import { literal } from '@adjoint/core/primitives';
import type { Surface } from './surface.js';

export interface LossSurfaceOptions {
  /** As a trainer takes it: one loss, or several with factors, outputs and targets. */
  readonly loss: TrainerOptions['loss'];
  readonly data: DataReference;
  /** Examples per run of a program; 256 if not given. */
  readonly batchSize?: number;
}

/**
 * The mean loss over some data as a function of a model's parameters, in evaluation: dropout rests, normalisation uses its
 * running statistics. Of several losses it is their sum with factors. Gradients and Hessian-vector products are exact, by
 * differentiation. The data are read once and kept.
 * @throws AdjointError `DATA_INVALID` for data without examples; `OPTIONS_INVALID` for a factor that follows a schedule
 */
export async function lossSurface(app: App, model: Model, options: LossSurfaceOptions): Promise<ModelSurface> {
  const dataset = await openData(app.registry, options.data);
  if (dataset.size === 0) throw new AdjointError('DATA_INVALID', 'lossSurface: the data are empty.');
  const read: Read[] = [];
  for (const indices of batches(dataset, { batchSize: options.batchSize ?? 256, shuffle: false })) {
    const { inputs, targets, weights } = await dataset.batch(indices);
    read.push({ tensors: [...inputs, ...targets, ...(weights ? [weights] : [])], hasWeights: weights !== undefined });
  }
  const surface = new ModelSurface(app, model, options, read, [dataset.inputs.length, dataset.targets.length]);
  surface.origin.set(surface.pointOf(await model.weights()));
  return surface;
}

/** A batch as a list. */
interface Read {
  readonly tensors: readonly HostTensor[];
  readonly hasWeights: boolean;
}

/** The surface of a model's loss. */
export class ModelSurface implements Surface {
  readonly dimension: number;
  readonly origin: Float64Array;
  readonly parameters: NonNullable<Surface['parameters']>;
  readonly #losses: readonly (BoundLoss & { readonly factor: number })[];
  readonly #programs: Readonly<Record<'loss' | 'gradient' | 'product', readonly [TracedFunction, TracedFunction]>>;

  /** @internal Use lossSurface. */
  constructor(
    readonly app: App,
    readonly model: Model,
    readonly options: LossSurfaceOptions,
    readonly read: readonly Read[],
    readonly counts: readonly [inputs: number, targets: number],
  ) {
    let next = 0;
    this.parameters = model.parameters.map(({ name, variable: { type } }) => {
      const start = next;
      next += sizeOf(type.shape);
      return { name, shape: type.shape, start };
    });
    this.dimension = next;
    this.origin = new Float64Array(next);
    this.#losses = bindLosses((kind, choice) => app.registry.create(kind, choice), model, options.loss).map(
      (bound) => ({
        ...bound,
        factor: numberOf(bound),
      }),
    );
    const program = (name: string, outputs: Outputs): readonly [TracedFunction, TracedFunction] => [
      app.trace((inputs) => this.#trace(inputs, false, outputs), name),
      app.trace((inputs) => this.#trace(inputs, true, outputs), name),
    ];
    this.#programs = {
      loss: program('loss', () => []),
      gradient: program('gradient', (sum, values) => gradients(sum, values)),
      product: program('hessianVector', (sum, values, vector) => {
        const slopes = gradients(sum, values);
        const along = slopes.map((slope, i) => slope.mul(vector[i]!).sum()).reduce((total, part) => total.add(part));
        return gradients(along, values);
      }),
    };
  }

  async loss(point: Float64Array): Promise<number> {
    return (await this.#run('loss', [point])).loss;
  }

  async lossAndGradient(point: Float64Array): Promise<{ readonly loss: number; readonly gradient: Float64Array }> {
    const { loss, vector } = await this.#run('gradient', [point]);
    return { loss, gradient: vector };
  }

  async hessianVector(point: Float64Array, vector: Float64Array): Promise<Float64Array> {
    return (await this.#run('product', [point, vector])).vector;
  }

  /** Parameters as one vector; states are left out. */
  pointOf(weights: ReadonlyMap<string, HostTensor>): Float64Array {
    const point = new Float64Array(this.dimension);
    for (const { name, start } of this.parameters) {
      const value = weights.get(name);
      if (!value) throw new AdjointError('OPTIONS_INVALID', `lossSurface: the weights have no '${name}'.`);
      point.set(value.data, start);
    }
    return point;
  }

  /** The parameters of a vector, by name. */
  tensorsOf(point: Float64Array): HostTensor[] {
    if (point.length !== this.dimension)
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `lossSurface: a point has ${point.length} numbers; the model has ${this.dimension} parameters.`,
      );
    return this.parameters.map(({ shape, start }) => {
      const data = allocateArray(this.model.dtype, sizeOf(shape));
      data.set(point.subarray(start, start + data.length));
      return { data, shape, dtype: this.model.dtype };
    });
  }

  async #run(
    name: 'loss' | 'gradient' | 'product',
    points: readonly Float64Array[],
  ): Promise<{ readonly loss: number; readonly vector: Float64Array }> {
    const given = points.flatMap((point) => this.tensorsOf(point));
    const sums = this.#losses.map(() => ({ sum: 0, weight: 0, vector: new Float64Array(this.dimension) }));
    for (const { tensors, hasWeights } of this.read) {
      const outputs = await this.#programs[name][hasWeights ? 1 : 0].call([...given, ...tensors]);
      const perLoss = outputs.length / sums.length;
      for (const [i, own] of sums.entries()) {
        const [sum, weight, ...parts] = outputs.slice(i * perLoss, (i + 1) * perLoss);
        own.sum += sum!.data[0]!;
        own.weight += weight!.data[0]!;
        parts.forEach(({ data }, part) => {
          const { start } = this.parameters[part]!;
          for (let k = 0; k < data.length; k++) own.vector[start + k]! += data[k]!;
        });
      }
    }
    const vector = new Float64Array(this.dimension);
    let loss = 0;
    for (const [i, own] of sums.entries()) {
      const factor = own.weight > 0 ? this.#losses[i]!.factor / own.weight : 0;
      loss += factor * own.sum;
      own.vector.forEach((value, k) => (vector[k]! += factor * value));
    }
    return { loss, vector };
  }

  /** Inputs: values of the parameters, perhaps a vector of their shapes, and a batch. */
  #trace(inputs: readonly Tensor[], hasWeights: boolean, outputs: Outputs): readonly Tensor[] {
    const { model } = this;
    const [inputCount, targetCount] = this.counts;
    const inBatch = inputCount + targetCount + (hasWeights ? 1 : 0);
    const batch = inputs.slice(-inBatch);
    const values = inputs.slice(0, this.parameters.length);
    const vector = inputs.slice(this.parameters.length, -inBatch);
    const places = new Map<unknown, Tensor>(model.parameters.map((parameter: Parameter, i) => [parameter, values[i]!]));
    const evaluation = evaluationContext(model.dtype);
    const context = {
      ...evaluation,
      value: (of: Parameters<typeof evaluation.value>[0]) => places.get(of) ?? evaluation.value(of),
    };
    const traced = {
      inputs: severalOf(batch.slice(0, inputCount)),
      targets: batch.slice(inputCount, inputCount + targetCount),
      weights: hasWeights ? batch.at(-1) : undefined,
    };
    const predicted = model.apply(traced.inputs, context);
    return this.#losses.flatMap(({ name, loss, binding }) => {
      const terms = termsOf(name, loss, traced, predicted, binding, context);
      const { sum, weight } = reduceTerms(terms, traced.weights, traced.inputs[0].shape[0]!, name);
      const counted = typeof weight === 'number' ? literal(weight, sum.dtype) : weight;
      return [sum, counted, ...outputs(sum, values, vector)];
    });
  }
}

function numberOf({ name, weight }: BoundLoss): number {
  if (typeof weight === 'number') return weight;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `lossSurface: the factor of the loss '${name}' follows a schedule, but a surface has no steps; give a number.`,
  );
}

/** What a program gives of each loss besides Σ w·l and Σ w. */
type Outputs = (sum: Tensor, values: readonly Tensor[], vector: readonly Tensor[]) => readonly Tensor[];
