import { checkData, refuseStream } from '../data/check-batch.js';
import { readTargets } from '../data/read-targets.js';
import type { Dataset } from '../data/dataset.js';
import type { TrainingData } from '../data/training-data.js';
import type { Engine } from '../engine/engine.js';
import { AdjointError } from '../errors.js';
import type { EventHandler } from '../events/typed-events.js';
import type { MetricValues } from '../model/build-context.js';
import type { PredictedClass } from '../model/classify.js';
import { outputName, type Composition } from '../model/composition.js';
import { Model } from '../model/model.js';
import type { Examples, PredictOptions } from '../model/predict.js';
import { RandomSource } from '../random/random-source.js';
import type { Choice } from '../registry/kinds.js';
import type { Registry } from '../registry/registry.js';
import { validateOptions, valueText } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import { mapSeveral, severalOf } from '../tensor/several.js';
import type { CheckpointPlan } from './checkpoints.js';
import type { EnsembleFitOptions, EnsembleOptions } from './ensemble-options.js';
import type { EnsembleContext, JobChange } from './ensemble-strategy.js';
import type { EvaluateOptions } from './evaluation.js';
import { openData, type Job, type JobResult } from './job.js';
import { ensembleFitOptions, ensembleOptions, trainerOptions } from './option-schemas.js';
import { pluginInvalid } from './plugin-results.js';
import { consumerOf, readRun, readyRun, type ReadRun } from './read-run.js';
import type { JobProgress } from './runner.js';
import type { Read } from './trainer-options.js';
import { Trainer } from './trainer.js';
import { createTrainingEvents, type TrainingEvents } from './training-events.js';

/** An interrupted run of `fit`: what came of its members, by number. */
interface Begun {
  readonly data: TrainingData;
  readonly plan: string;
  readonly results: Map<number, JobResult>;
}

/** A member that a strategy asks for. */
interface Wanted {
  readonly change: JobChange;
  readonly weight: number;
}

/** Leaves a strategy whose member was interrupted. */
class Interrupted extends Error {}

/** Several models that are trained by a strategy and become one model. */
export class Ensemble {
  readonly #events = createTrainingEvents({ plugins: () => this.registry.plugins() });
  #composition: Composition;
  #begun: Begun | undefined;
  #results: readonly JobResult[] = [];
  #members: readonly Trainer[] | undefined;
  #whole: Trainer | undefined;
  #figures: MetricValues = {};

  /** @internal Use app.ensemble. */
  constructor(
    readonly engine: Engine,
    readonly registry: Registry,
    composition: Composition,
    readonly options: EnsembleOptions,
  ) {
    this.#composition = composition;
    validateOptions(ensembleOptions, options, 'ensemble');
    validateOptions(trainerOptions(options.trainer), options.trainer, 'ensemble: trainer');
    // Says at once what is wrong with the choice.
    registry.create('ensemble', options.strategy);
    distinct(this, 'engine', 'registry');
  }

  /** Calls `handler` on `ensemble:member`, before each member is trained. */
  on(event: 'ensemble:member', handler: EventHandler<TrainingEvents['ensemble:member']>): () => void {
    return this.#events.on(event, handler);
  }

  /**
   * Trains the members as the strategy says; what they were trained to is then one model. With `checkpoint` each member has
   * a file of its own, `run.member-1.safetensors` and so on.
   *
   * If the signal comes, the last of the results is that of a member that was interrupted, and there is no model yet; the
   * same call goes on with it and leaves those before it as they are. The strategy is asked again from its beginning, and
   * has to ask for the same members.
   */
  async fit(examples: TrainingData, given: EnsembleFitOptions): Promise<readonly JobResult[]> {
    refuseStream(examples, 'ensemble');
    const { data: read, options } = await this.#read(examples, given);
    const dataset = read as Dataset;
    validateOptions(ensembleFitOptions, options, 'fit');
    checkData(dataset, this.composition);
    const { validation, signal, onProgress, ...plan } = options as Read<EnsembleFitOptions>;
    const { strategy, trainer, seed = 0, runner = 'local' } = this.options;
    const { checkpoint } = plan;
    const base: Job = {
      composition: this.#composition,
      seed,
      trainer,
      fit: plan,
      train: { data: dataset },
      ...(validation && { validation: { data: validation } }),
    };
    const models = new WeakMap<JobResult, Model>();
    const { results } = (this.#begun = this.#goOn(examples, JSON.stringify(plan)));
    let index = 0;
    const train = async (wanted: readonly Wanted[], count: number | undefined): Promise<JobResult[]> => {
      const members = wanted.map((member) => ({ ...member, number: index++ }));
      const left = members.filter(({ number }) => (results.get(number)?.reason ?? 'aborted') === 'aborted');
      const ofAll = count !== undefined && { count };
      const announce = (number: number, weight: number): Promise<void> =>
        this.#events.emitAndWait('ensemble:member', { index: number, weight, ...ofAll });
      const tell = (progress: JobProgress): void =>
        onProgress?.({ ...progress, job: left[progress.job]!.number, ...ofAll });
      async function* jobs(): AsyncGenerator<Job> {
        for (const { change, weight, number } of left) {
          await announce(number, weight);
          const state = results.get(number)?.state;
          const { validation: held, ...changed } = {
            ...base,
            seed: seed + number,
            fit: { ...plan, ...(checkpoint && { checkpoint: ofMember(checkpoint, number) }) },
            ...change,
          };
          yield { ...changed, ...(held && { validation: held }), ...(state && { state }) };
        }
      }
      const run = this.registry.create('runner', runner).run(jobs(), {
        onFailure: 'yield',
        ...(onProgress && { onProgress: tell }),
        ...(signal && { signal }),
      });
      const failed: JobResult[] = [];
      let at = 0;
      for await (const result of left.length > 0 ? run : []) {
        const { number } = left[at++]!;
        if (result.reason === 'failed') failed.push(result);
        else results.set(number, result);
      }
      // Those that have come to an end are kept: the next call of fit trains the others alone.
      if (failed[0]) throw failed[0].error;
      const trained = members.map(({ number }) => results.get(number));
      const isMissing = trained.includes(undefined);
      if (trained.some((result) => result?.reason === 'aborted') || (isMissing && signal?.aborted))
        throw new Interrupted();
      if (isMissing) throw new AdjointError('OPTIONS_INVALID', 'ensemble: the runner gave no result for a member.');
      return trained as JobResult[];
    };
    const { engine, registry, composition } = this;
    const context: EnsembleContext = {
      base,
      // Building a model takes time, and few ask.
      get outputs() {
        return new Model(engine, registry, composition, 0).outputs;
      },
      size: dataset.size,
      random: new RandomSource(seed).child('ensemble'),
      train: async (change = {}, { count, weight = 1 } = {}) => {
        const [member] = await train([{ change, weight }], count);
        return member!;
      },
      trainAll: (changes, { weights } = {}) =>
        train(
          changes.map((change, i) => ({ change, weight: weights?.[i] ?? 1 })),
          changes.length,
        ),
      predict: async (member, data, pass) => {
        const model = models.get(member) ?? this.#modelOf(member);
        models.set(member, model);
        const [output] = await model.predictAll(await openData(this.registry, data), pass);
        return output;
      },
      targets: async (data) => readTargets(await openData(this.registry, data)),
    };
    const made = await this.registry
      .create('ensemble', strategy)
      .fit(context)
      .catch((error: unknown) => {
        if (error instanceof Interrupted) return error;
        throw error;
      });
    if (made instanceof Interrupted) return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
    const { members, combine, outputs = 1, figures = {} } = (made ?? {}) as Partial<typeof made>;
    if (!Array.isArray(members) || combine === undefined)
      throw pluginInvalid(
        `ensemble: the strategy gives ${valueText(made)}; expected { members: results of train, combine: a layer }.`,
      );
    const odd = members.find((member: Partial<JobResult> | null) => !(member?.weights instanceof Map));
    if (odd !== undefined)
      throw pluginInvalid(`ensemble: a member is ${valueText(odd)}; give what await train() returned.`);
    if (members.length === 0)
      throw new AdjointError('OPTIONS_INVALID', 'ensemble: the strategy has trained no member.');
    this.#begun = undefined;
    this.#results = members;
    this.#members = undefined;
    this.#figures = figures;
    this.#whole = this.#trainer(this.#together(members, combine, outputs));
    return members;
  }

  /** The ensemble as one model: it is saved, loaded, summarized and nested as any other. */
  get model(): Model {
    return this.#trained.model;
  }

  /** The members, to be used one by one. */
  get members(): readonly Trainer[] {
    return (this.#members ??= this.#results.map((member) => this.#trainer(this.#modelOf(member))));
  }

  /** What the strategy found out. */
  get figures(): MetricValues {
    return this.#figures;
  }

  /** Loss and metrics of the combined outputs over a dataset. */
  evaluate(dataset: TrainingData, options?: EvaluateOptions): Promise<MetricValues> {
    return this.#trained.evaluate(dataset, options);
  }

  /** The combined outputs: [examples, …output]. */
  async predict(examples: Examples, options?: PredictOptions): Promise<HostTensor> {
    return this.model.predict(examples, options);
  }

  /** The class of each example, with its name; see `predictClasses` of a model. */
  async predictClasses(examples: Examples, options?: PredictOptions): Promise<PredictedClass[]> {
    return this.model.predictClasses(examples, options);
  }

  /** What each member is composed of. */
  get composition(): Composition {
    return this.#composition;
  }

  /** Arrays as datasets; names of classes that are found in them become those of all members. */
  async #read(data: TrainingData, options: EnsembleFitOptions): Promise<ReadRun> {
    const ready = readyRun(data, options);
    if (ready) return ready;
    const model = new Model(this.engine, this.registry, this.#composition, 0);
    const { recipe } = new Trainer(this.engine, this.registry, model, this.options.trainer).program;
    const run = await readRun(data, options, consumerOf(model, recipe.scoring, 'fit', true));
    this.#composition = model.composition;
    return run;
  }

  /** The run that was interrupted, if this is the same one. */
  #goOn(data: TrainingData, plan: string): Begun {
    const known = this.#begun;
    return known && known.data === data && known.plan === plan ? known : { data, plan, results: new Map() };
  }

  get #trained(): Trainer {
    if (this.#whole) return this.#whole;
    throw new AdjointError(
      'OPTIONS_INVALID',
      'ensemble: it has no members yet; call fit first, and again after an interruption.',
    );
  }

  /** Scores a model as the members were. */
  #trainer(model: Model): Trainer {
    const { loggers: _, regularizers: _regularizers, ...options } = this.options.trainer;
    return new Trainer(this.engine, this.registry, model, options);
  }

  #modelOf({ composition, weights }: JobResult): Model {
    const model = new Model(this.engine, this.registry, composition, 0);
    model.load(weights);
    return model;
  }

  /** Members side by side on the same inputs, and the layer that combines their first outputs. */
  #together(members: readonly JobResult[], combine: Choice<'layer'>, outputs: number): Model {
    const outputsOf = (name: string): string[] => Array.from({ length: outputs }, (_, i) => outputName(name, i));
    const { inputs, dtype, classes } = this.#composition;
    const names = severalOf(members.map((_, i) => `member_${i + 1}`));
    const model = new Model(
      this.engine,
      this.registry,
      {
        inputs,
        layers: [
          ...members.map(({ composition }, i) => ({
            name: names[i]!,
            layer: { model: composition },
            inputs: mapSeveral(inputs, ({ name }) => name),
          })),
          { name: 'combined', layer: combine, inputs: severalOf(names.flatMap(outputsOf)) },
        ],
        outputs: severalOf(outputsOf('combined')),
        ...(dtype && { dtype }),
        ...(classes && { classes }),
      },
      0,
    );
    const own = members.flatMap(({ weights }, i) =>
      [...weights].map(([name, value]): [string, HostTensor] => [`${names[i]}/${name}`, value]),
    );
    const combining = new Set([...model.parameters, ...model.states].map(({ name }) => name));
    model.load(new Map(own.filter(([name]) => combining.has(name))));
    return model;
  }
}

/** `run.member-1.safetensors` for `run.safetensors`. */
function ofMember(checkpoint: CheckpointPlan, number: number): CheckpointPlan {
  const path = checkpoint.path.replace(/(\.[^./\\]*)?$/, (extension) => `.member-${number + 1}${extension}`);
  return { ...checkpoint, path };
}

inspectable(Ensemble, (ensemble) => {
  const { strategy } = ensemble.options;
  const trained = ensemble.members.length > 0 ? `of ${ensemble.members.length} members` : 'not trained yet';
  return `Ensemble ${valueText(strategy)}, ${trained}`;
});
