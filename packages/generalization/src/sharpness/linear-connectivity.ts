import {
  AdjointError,
  allocateArray,
  sameShape,
  type App,
  type DataReference,
  type HostTensor,
  type Job,
  type JobResult,
  type MetricValues,
} from '@adjoint/core';
import { Scorer } from '../cross-validation/scorer.js';
import { evenly } from '../evenly.js';

export interface ConnectivityOptions {
  readonly data: DataReference;
  /** Points on the way; 11 if not given. */
  readonly points?: number;
  /** From the first weights, at 0, to the second, at 1; [0, 1] if not given. Keskar et al. (2017) show [−1, 2]. */
  readonly range?: readonly [number, number];
  /**
   * Data whose batches renew running statistics at each point, as `trainer.export` does. Without it they are interpolated,
   * so that outside of [0, 1] a variance may fall below 0, and the loss is NaN.
   */
  readonly recalibrate?: DataReference;
}

export interface LinearConnectivity {
  readonly at: readonly number[];
  /** Loss and metrics at each point. */
  readonly figures: readonly MetricValues[];
  /** How far the loss between both rises at most above the straight line between their losses: about 0 in one basin. */
  readonly barrier: number;
}

type Weights = JobResult['weights'];

/**
 * Loss and metrics on the straight line between two sets of weights of one composition (Frankle et al. 2020). States, such as
 * running statistics, are interpolated like parameters, or renewed.
 * @throws AdjointError `SHAPE_MISMATCH` for weights that do not fit each other
 */
export async function linearConnectivity(
  app: App,
  job: Pick<Job, 'composition' | 'trainer'>,
  [first, second]: readonly [Weights, Weights],
  { data, points = 11, range = [0, 1], recalibrate }: ConnectivityOptions,
): Promise<LinearConnectivity> {
  const scorer = new Scorer(app, job);
  const trained = new Set(scorer.model.parameters.map(({ name }) => name));
  // What is renewed begins from statistics that can be: between those of both weights.
  const stateAt = (t: number): number => (recalibrate ? Math.min(1, Math.max(0, t)) : t);
  try {
    const lossAt = async (t: number): Promise<MetricValues> =>
      scorer.score(
        { weights: between(first, second, (name) => (trained.has(name) ? t : stateAt(t))) },
        data,
        recalibrate,
      );
    const at = evenly('linearConnectivity', range, points);
    const figures: MetricValues[] = [];
    for (const t of at) figures.push(await lossAt(t));
    const [start, end] = [(await lossAt(0))['loss']!, (await lossAt(1))['loss']!];
    const rises = at.flatMap((t, i) => (t >= 0 && t <= 1 ? [figures[i]!['loss']! - (1 - t) * start - t * end] : []));
    return { at, figures, barrier: Math.max(0, ...rises) };
  } finally {
    await scorer.close();
  }
}

function between(first: Weights, second: Weights, place: (name: string) => number): Map<string, HostTensor> {
  return new Map(
    [...first].map(([name, { data, shape, dtype }]) => {
      const other = second.get(name);
      if (!other || !sameShape(shape, other.shape))
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `linearConnectivity: '${name}' is not of the same shape in both weights; give two of one composition.`,
        );
      const mixed = allocateArray(dtype, data.length);
      const t = place(name);
      data.forEach((value: number, i: number) => (mixed[i] = (1 - t) * value + t * other.data[i]!));
      return [name, { data: mixed, shape, dtype }];
    }),
  );
}
