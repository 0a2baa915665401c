import { AdjointError, type Ensemble, type Examples, type HostTensor, type PredictOptions } from '@adjoint/core';
import { weightedMedian } from './boosting/rounds.js';
import { largestOfRows, softmaxOfRows } from './numbers.js';

/** How much each member counts, as layers that combine members have it in their options. */
interface Counts {
  readonly weights?: readonly number[];
  readonly factors?: readonly number[];
  readonly start?: number | readonly number[];
}

/** What stands after some members: takes one more, and gives what they say together. */
type Stages = (output: HostTensor, member: number) => Float64Array;

/** Smallest share whose logarithm is taken, as `hardVote` has it. */
const leastShare = 1e-7;

/**
 * What the first member of an ensemble says of some examples, what the first two say together, and so on to all: how much
 * each further member is worth. Costs one pass of each member.
 * @returns the combined outputs after each member, [examples, …output]; the last are those of the ensemble itself
 * @throws AdjointError `OPTIONS_INVALID` where members are combined by a layer that knows only all of them, as of stacking
 */
export async function* staged(
  ensemble: Pick<Ensemble, 'members' | 'model'>,
  examples: Examples,
  options?: PredictOptions,
): AsyncGenerator<HostTensor, void, undefined> {
  const choice: unknown = ensemble.model.composition.layers.at(-1)?.layer;
  const [name, counts] = typeof choice === 'string' ? [choice, {}] : (Object.entries(Object(choice))[0] ?? ['', {}]);
  let after: Stages | undefined;
  for (const [number, member] of ensemble.members.entries()) {
    const output = await member.predict(examples, options);
    after ??= stagesOf(name, counts as Counts, output);
    yield { data: after(output, number), shape: output.shape, dtype: 'float64' };
  }
}

function stagesOf(name: string, { weights, factors, start = 0 }: Counts, first: HostTensor): Stages {
  const columns = first.shape.at(-1) ?? 1;
  const weightOf = (member: number): number => weights?.[member] ?? 1;
  const sums = new Float64Array(first.data.length);
  let total = 0;
  /** The mean so far of what `of` makes of an output. */
  const mean =
    (of: (output: HostTensor) => ArrayLike<number>): Stages =>
    (output, member) => {
      const own = of(output);
      total += weightOf(member);
      return sums.map((_, i) => (sums[i]! += weightOf(member) * own[i]!) / total);
    };
  const logarithm =
    (stages: Stages): Stages =>
    (output, member) =>
      stages(output, member).map((share) => Math.log(Math.max(share, leastShare)));
  switch (name) {
    case 'softVote':
      return logarithm(mean(({ data }) => softmaxOfRows(data, columns)));
    case 'hardVote':
      return logarithm(
        mean(({ data }) => {
          const chosen = largestOfRows(data, columns);
          return Float64Array.from(data, (_, i) => Number(chosen[Math.floor(i / columns)] === i % columns));
        }),
      );
    case 'averageVote':
      return mean(({ data }) => data);
    case 'boostedVote':
      return mean(({ data }) => centredLogs(data, columns));
    case 'sumVote': {
      const origin = (i: number): number => (typeof start === 'number' ? start : start[i % columns]!);
      return ({ data }, member) => sums.map((_, i) => origin(i) + (sums[i]! += (factors?.[member] ?? 1) * data[i]!));
    }
    case 'medianVote': {
      const said: ArrayLike<number>[] = [];
      return ({ data }, member) => {
        said.push(data);
        return weightedMedian(
          said,
          Array.from({ length: member + 1 }, (_, i) => weightOf(i)),
        );
      };
    }
    default:
      throw new AdjointError(
        'OPTIONS_INVALID',
        `staged: the members are combined by ${name}, which is made for all of them; what fewer say together is known of votes, means, medians and sums.`,
      );
  }
}

/** Of each row, the logarithms of the probabilities, less their mean. */
function centredLogs(logits: ArrayLike<number>, columns: number): Float64Array {
  const logs = softmaxOfRows(logits, columns).map((p) => Math.log(Math.max(p, Number.MIN_VALUE)));
  for (let row = 0; row < logs.length; row += columns) {
    const own = logs.subarray(row, row + columns);
    const mean = own.reduce((sum, log) => sum + log, 0) / columns;
    own.forEach((log, k) => (own[k] = log - mean));
  }
  return logs;
}
