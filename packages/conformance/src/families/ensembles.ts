import {
  createApp,
  hostTensor,
  severalOf,
  take,
  literal,
  variance,
  type Engine,
  type HostTensor,
  type Tensor,
} from '@adjoint/core';
import {
  countVotes,
  ensembles,
  outOfBag,
  regressionRound,
  sammeRealRound,
  sammeRealScores,
  sammeRound,
  uncertainty,
  weightedMedian,
} from '@adjoint/ensembles';
import { applyLayer, choiceOf } from '@adjoint/reference-values';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import { checkInputs, operation, operations, type Family, type Stated } from '../family.js';

/** Its engine computes nothing: the tensors of a case belong to the engine that is checked. */
const app = createApp({ plugins: [ensembles], backend: 'reference' });

/** Members along the first axis, one by one. */
function membersOf(stacked: Tensor): Tensor[] {
  return Array.from({ length: stacked.shape[0]! }, (_, i) => take(stacked, literal(i, 'int32')));
}

function weightsOf(weights: Tensor | undefined): { readonly weights?: number[] } {
  return weights ? { weights: [...weights.value!.data] } : {};
}

const weighted = v.exactOptional(v.boolean());

export const votes = operations({
  soft: operation({
    attributes: { weighted },
    inputs: ['probabilities'],
    optional: ['weights'],
    build({ probabilities, weights }) {
      const logits = severalOf(membersOf(probabilities).map((member) => member.log()));
      const vote = applyLayer(app, choiceOf('softVote', weightsOf(weights)), logits).output.exp();
      return { probabilities: vote, label: vote.argMax(-1) };
    },
  }),
  hard: operation({
    attributes: { weighted, classes: v.number() },
    inputs: ['labels'],
    optional: ['weights'],
    build({ labels, weights }, { classes }, dtype) {
      const members = membersOf(labels);
      const own = weightsOf(weights).weights ?? members.map(() => 1);
      const counts = countVotes(members, classes, own, weights ? dtype : 'int32');
      return { counts, label: counts.argMax(-1) };
    },
  }),
  mean: operation({
    attributes: { weighted },
    inputs: ['predictions'],
    optional: ['weights'],
    build({ predictions, weights }) {
      const members = severalOf(membersOf(predictions).map((member) => member.expandDims(-1)));
      const mean = applyLayer(app, choiceOf('averageVote', weightsOf(weights)), members).output.squeeze(-1);
      if (!weights) return { prediction: mean, variance: variance(predictions, 0) };
      const shares = weights.div(weights.sum()).expandDims(-1);
      return { prediction: mean, variance: predictions.sub(mean).square().mul(shares).sum(0) };
    },
  }),
});

/** A family that is computed on the host. */
function onHost<E extends v.ObjectEntries>(
  entries: E,
  inputs: readonly string[],
  compute: (
    given: Readonly<Record<string, HostTensor>>,
    attributes: v.InferOutput<v.StrictObjectSchema<E, undefined>>,
  ) => Readonly<Record<string, HostTensor>>,
): Family {
  const schema = v.strictObject(entries);
  return async ({ attributes, inputs: tensors, engine, dtype }: Stated) => {
    const options = validate(schema, attributes);
    checkInputs(tensors, inputs);
    const read: Record<string, HostTensor> = {};
    for (const [name, tensor] of Object.entries(tensors)) read[name] = await tensor.read();
    return Object.fromEntries(
      Object.entries(compute(read, options)).map(([name, value]) => [name, tensorOn(engine, value, dtype)]),
    );
  };
}

function tensorOn(engine: Engine, value: HostTensor, dtype: 'float32' | 'float64'): Tensor {
  return engine.tensor(value.dtype === 'float64' ? hostTensor(value.data, value.shape, dtype) : value);
}

const float64 = (values: Iterable<number>, shape?: readonly number[]): HostTensor =>
  hostTensor(Float64Array.from(values), shape);

/** Rows of the first axis. */
function rows({ data, shape }: HostTensor): Float64Array[] {
  const [count = 0] = shape;
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => Float64Array.from(data.subarray(i * size, (i + 1) * size)));
}

export const uncertaintyOfMembers = onHost({}, ['probabilities'], ({ probabilities }) => {
  const shape = probabilities!.shape.slice(1);
  const found = uncertainty(rows(probabilities!).map((row) => float64(row, shape)));
  return {
    entropy: float64(found.entropy),
    expectedEntropy: float64(found.expectedEntropy),
    mutualInformation: float64(found.mutualInformation),
    variance: float64(found.variance),
    disagreement: float64([found.disagreement], []),
  };
});

const boosting = { classes: v.number(), learningRate: v.number() };

function equalWeights(size: number): Float64Array {
  return new Float64Array(size).fill(1 / size);
}

export const samme = onHost(
  boosting,
  ['target', 'predictions'],
  ({ target, predictions }, { classes, learningRate: rate }) => {
    const size = target!.data.length;
    let weights = equalWeights(size);
    const rounds = rows(predictions!).map((chosen) => {
      const round = sammeRound(weights, (i) => chosen[i] !== target!.data[i], { classes, rate });
      ({ weights } = round);
      return round;
    });
    return {
      errors: float64(rounds.map(({ error }) => error)),
      alphas: float64(rounds.map(({ alpha }) => alpha)),
      weights: float64(
        rounds.flatMap((round) => [...round.weights]),
        [rounds.length, size],
      ),
    };
  },
);

export const sammeReal = onHost(
  boosting,
  ['target', 'probabilities'],
  ({ target, probabilities }, { classes, learningRate: rate }) => {
    const size = target!.data.length;
    const members = rows(probabilities!);
    let weights = equalWeights(size);
    const all = members.map((member) => {
      ({ weights } = sammeRealRound(weights, member, target!.data, { classes, rate }));
      return weights;
    });
    return {
      weights: float64(
        all.flatMap((own) => [...own]),
        [all.length, size],
      ),
      scores: float64(sammeRealScores(members, classes), [size, classes]),
    };
  },
);

export const adaBoostRegression = onHost(
  { loss: v.picklist(['linear', 'square', 'exponential']), learningRate: v.number() },
  ['target', 'predictions'],
  ({ target, predictions }, { loss, learningRate: rate }) => {
    const size = target!.data.length;
    const members = rows(predictions!);
    let weights = equalWeights(size);
    const rounds = members.map((member) => {
      const errors = member.map((value, i) => Math.abs(value - target!.data[i]!));
      const round = regressionRound(weights, errors, { loss, rate });
      ({ weights } = round);
      return round;
    });
    return {
      betas: float64(rounds.map(({ beta }) => beta)),
      weights: float64(
        rounds.flatMap((round) => [...round.weights]),
        [rounds.length, size],
      ),
      prediction: float64(
        weightedMedian(
          members,
          rounds.map(({ beta }) => rate * Math.log(1 / beta)),
        ),
      ),
    };
  },
);

export const outOfBagEstimate = onHost(
  {},
  ['indices', 'probabilities', 'target'],
  ({ indices, probabilities, target }) => {
    const classes = probabilities!.shape[2]!;
    const { covered, means } = outOfBag(rows(indices!), rows(probabilities!), classes);
    const places = [...covered.keys()].filter((place) => covered[place]);
    const right = places.filter((place) => {
      const row = [...means.subarray(place * classes, (place + 1) * classes)];
      return row.indexOf(Math.max(...row)) === target!.data[place];
    });
    return {
      covered: hostTensor(Uint8Array.from(covered, Number), [covered.length], 'bool'),
      accuracy: float64([right.length / places.length], []),
    };
  },
);
