import type { Batch, VaryingType } from '../data/dataset.js';
import { AdjointError } from '../errors.js';
import { inScope } from '../graph/scope.js';
import { Tensor } from '../graph/tensor.js';
import type { MetricValues, Varying } from '../model/build-context.js';
import type { Model } from '../model/model.js';
import type { Choice, Created, Kind } from '../registry/kinds.js';
import { valueText } from '../registry/options/index.js';
import { isHostTensor } from '../tensor/host-tensor.js';
import type { Several } from '../tensor/several.js';
import { reduceTerms, termsOf, type Loss, type Reduced } from './loss.js';
import { checkTensor, pluginInvalid } from './plugin-results.js';
import type { Figure, Merge, Metric, MetricParts } from './metric.js';
import { namedChoices } from './named-choices.js';
import { scoredOf, type Binding, type TracedBatch } from './scored.js';
import { valueAt, type RunHost, type StepInputs } from './step-inputs.js';
import { checkTarget, type ExpectedTarget } from './targets.js';
import { Totals } from './totals.js';
import type { LossTerm, TrainerOptions } from './trainer-options.js';

/** Makes what a choice names, with the services of a trainer. */
export type Create = <K extends Kind>(kind: K, choice: Choice<K>) => Created<K>;

/** Begins the name of what a gradient transform has measured. */
export const transformMeasure = 'transform/';

/** A loss with its name among others, what it is bound to, and its factor in the total. */
export interface BoundLoss {
  readonly name: string;
  readonly loss: Loss;
  readonly binding: Binding;
  readonly weight: Varying;
}

interface BoundMetric {
  readonly name: string;
  readonly metric: Metric;
  readonly binding: Binding;
}

/** A loss of a batch, reduced, and the factor that it has in the total. */
export type ReducedLoss = Reduced & { readonly factor: Tensor | undefined };

/** What is known of a batch and its outputs. */
export interface Measured {
  readonly losses: Several<ReducedLoss>;
  /** Σ over the losses of factor · mean: a scalar. */
  readonly total: Tensor;
}

/**
 * The losses of a trainer's option, made and bound.
 * @throws AdjointError `OPTIONS_INVALID` where there is none, or the model has no such output
 */
export function bindLosses(create: Create, model: Model, loss: TrainerOptions['loss']): readonly BoundLoss[] {
  const losses = Array.isArray(loss) ? (loss as readonly LossTerm[]) : [{ loss: loss as Choice<'loss'> }];
  if (losses.length === 0) throw new AdjointError('OPTIONS_INVALID', 'trainer: there is no loss; name at least one.');
  const named = namedChoices(
    'loss',
    losses.map((bound) => bound.loss),
  );
  return losses.map(({ outputs, targets, weight = 1 }: LossTerm, i) => {
    const { name, choice } = named[i]!;
    return {
      name,
      loss: create('loss', choice),
      binding: { outputs: outputs?.map((output) => placeOf(model, output)), targets },
      weight,
    };
  });
}

function placeOf({ composition: { outputs } }: Model, output: string): number {
  const found = outputs.indexOf(output);
  if (found >= 0) return found;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `trainer: the model has no output '${output}'; it has ${outputs.join(', ')}.`,
  );
}

/** The losses and metrics of a trainer: what each is bound to, how batches are measured, and the figures of a pass. */
export class Scoring {
  readonly losses: readonly BoundLoss[];
  readonly metrics: readonly BoundMetric[];

  constructor(
    create: Create,
    readonly model: Model,
    { loss, metrics = [] }: Pick<TrainerOptions, 'loss' | 'metrics'>,
  ) {
    this.losses = bindLosses(create, model, loss);
    const bound = metrics.map((entry) => (isBound(entry) ? entry : { metric: entry }));
    const metricNames = namedChoices(
      'metric',
      bound.map(({ metric }) => metric),
      ['loss', 'penalty'],
    );
    this.metrics = bound.map(({ output, target }, i) => {
      const { name, choice } = metricNames[i]!;
      const outputs = output === undefined ? undefined : [placeOf(model, output)];
      const targets = target === undefined ? this.#targetsOf(outputs) : [target];
      return { name, metric: create('metric', choice), binding: { outputs, targets } };
    });
  }

  /** Refuses targets that a loss or a metric cannot take. @throws AdjointError `DATA_INVALID` */
  check({ targets }: Batch): void {
    const bound = [
      ...this.losses.map(({ loss, binding }) => ({ expects: loss, check: loss.check?.bind(loss), binding })),
      ...this.metrics.map(({ metric, binding }) => ({ expects: metric, check: undefined, binding })),
    ];
    for (const { expects, check, binding } of bound) {
      const own = binding.targets ? binding.targets.flatMap((place) => targets[place] ?? []) : targets;
      const output = this.#outputOf(binding);
      if (own[0]) checkTarget(expects, own[0], output);
      check?.(own, output);
    }
  }

  /** What the losses expect of each target of the data, by its place; undefined where none looks at it. */
  get expectedTargets(): readonly (ExpectedTarget | undefined)[] {
    const expected: (ExpectedTarget | undefined)[] = [];
    for (const { loss, binding } of this.losses)
      expected[binding.targets?.[0] ?? 0] ??= {
        targets: loss.targets,
        ignoredClass: loss.ignoredClass,
        output: this.#outputOf(binding),
      };
    return expected;
  }

  /** The losses of a batch. Builds graph. */
  reduce(batch: TracedBatch, outputs: Several<Tensor>, inputs: StepInputs): Measured {
    const [examples = 0] = batch.inputs[0].shape;
    const losses = this.losses.map(({ name, loss, binding, weight }): ReducedLoss => {
      const context = inputs.contextOf(this.losses.length === 1 ? 'loss' : `loss/${name}`);
      return inScope('loss', () => {
        const terms = termsOf(name, loss, batch, outputs, binding, context);
        return {
          ...reduceTerms(terms, batch.weights, examples, name),
          factor: weight === 1 ? undefined : inputs.value(weight, `loss/${name}`),
        };
      });
    });
    const total = inScope('loss', () =>
      losses.map(({ mean, factor }) => (factor ? mean.mul(factor) : mean)).reduce((sum, part) => sum.add(part)),
    );
    return { losses: losses as unknown as Several<ReducedLoss>, total };
  }

  /** What is kept of a batch: sums of the losses, and the metrics' parts. Builds graph. */
  measure(
    batch: TracedBatch,
    outputs: Several<Tensor>,
    { losses }: Measured,
    inputs: StepInputs,
  ): Record<string, MetricParts> {
    const ofLosses = losses.map(({ sum, weight }, i) => [this.#lossPart(i), { sum, weight }] as const);
    const ofMetrics = this.metrics.map(({ name, metric, binding }) => {
      const asker = { who: `metric '${name}'`, expects: metric };
      const scored = scoredOf(batch, outputs, binding, { losses: losses[0].losses }, asker);
      const parts = inScope(name, () => metric.measure(scored, inputs.contextOf(name)));
      return [name, checkParts(parts, `metric '${name}', measure`)] as const;
    });
    return Object.fromEntries([...ofLosses, ...ofMetrics]);
  }

  /** Where the parts of batches are added up. */
  totals(): Totals {
    return new Totals((measure, part): Merge => {
      const merge = this.metrics.find(({ name }) => name === measure)?.metric.merge;
      return (typeof merge === 'string' ? merge : merge?.[part]) ?? 'sum';
    });
  }

  /** The loss of the data as `loss`, the penalties as `penalty`, and the metrics; several losses also one by one. */
  figures(totals: Totals, host: RunHost): Record<string, Figure> {
    const names = this.losses.map((_, i) => this.#lossPart(i));
    const penalty = meanOf(totals, 'penalty');
    return {
      loss: this.loss(totals, host),
      ...(names.length > 1 && Object.fromEntries(names.map((name) => [name, meanOf(totals, name) ?? NaN]))),
      ...(penalty !== undefined && { penalty }),
      ...Object.fromEntries(this.metrics.flatMap(({ name, metric }) => figuresOf(name, metric, totals))),
      ...Object.fromEntries(
        totals.measures
          .filter((measure) => measure.startsWith(transformMeasure))
          .map((measure) => [measure.slice(transformMeasure.length), meanOf(totals, measure) ?? NaN]),
      ),
    };
  }

  /** Σ over the losses of factor · Σ w·l / Σ w. */
  loss(totals: Totals, host: RunHost): number {
    return this.losses.reduce(
      (sum, { weight }, i) => sum + (meanOf(totals, this.#lossPart(i)) ?? NaN) * valueAt(host, weight),
      0,
    );
  }

  /** Whether something counted for every loss: the weights of a batch may all be 0. */
  hasCounted(totals: Totals): boolean {
    return this.losses.every((_, i) => totals.of(this.#lossPart(i))['weight']?.data[0] !== 0);
  }

  /** Names of all that is measured. */
  get measures(): readonly string[] {
    return [...this.losses.map((_, i) => this.#lossPart(i)), ...this.metrics.map(({ name }) => name)];
  }

  #outputOf({ outputs }: Binding): VaryingType {
    return this.model.outputs[outputs?.[0] ?? 0]!;
  }

  #lossPart(index: number): string {
    return this.losses.length === 1 ? 'loss' : `loss/${this.losses[index]!.name}`;
  }

  /** A metric of an output looks at the targets of that output's loss. */
  #targetsOf(outputs: readonly number[] | undefined): readonly number[] | undefined {
    return outputs && this.losses.find(({ binding }) => binding.outputs?.[0] === outputs[0])?.binding.targets;
  }
}

/** The figures that are numbers. */
export function numbersOf(figures: Readonly<Record<string, Figure>>): MetricValues {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(figures).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
  );
}

function meanOf(totals: Totals, measure: string): number | undefined {
  const { sum, weight } = totals.of(measure);
  return sum && weight && sum.data[0]! / weight.data[0]!;
}

function figuresOf(name: string, metric: Metric, totals: Totals): [string, Figure][] {
  const figures: unknown = metric.finish(totals.of(name));
  if (typeof figures === 'number' || isHostTensor(figures)) return [[name, ownFigure(figures)]];
  const parts =
    typeof figures === 'object' && figures !== null ? Object.entries(figures as Record<string, unknown>) : [];
  const isFigure = (figure: unknown): figure is Figure => typeof figure === 'number' || isHostTensor(figure);
  if (parts.length === 0 || !parts.every(([, figure]) => isFigure(figure)))
    throw pluginInvalid(
      `metric '${name}', finish: found ${valueText(figures)}; expected a number, a host tensor, or several of them by name.`,
    );
  return parts.map(([part, figure]) => [`${name}/${part}`, ownFigure(figure as Figure)]);
}

/** A table that nobody else holds: whoever is shown it may not change what is added up. */
function ownFigure(figure: Figure): Figure {
  return typeof figure === 'number' ? figure : { ...figure, data: figure.data.slice() };
}

/** What a metric keeps of a batch: tensors and numbers by name. */
function checkParts(parts: MetricParts, what: string): MetricParts {
  if (typeof parts !== 'object' || (parts as MetricParts | null) === null || parts instanceof Tensor)
    throw pluginInvalid(`${what}: found ${valueText(parts)}; expected tensors and numbers by name, { sum, count }.`);
  for (const [name, part] of Object.entries(parts))
    if (typeof part !== 'number') checkTensor(part, `${what}, part '${name}'`);
  return parts;
}

type BoundChoice = Exclude<NonNullable<TrainerOptions['metrics']>[number], Choice<'metric'>>;

function isBound(entry: NonNullable<TrainerOptions['metrics']>[number]): entry is BoundChoice {
  return typeof entry === 'object' && 'metric' in entry;
}
