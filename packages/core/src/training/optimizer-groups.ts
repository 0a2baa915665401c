import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { Varying } from '../model/build-context.js';
import { checkFilter, passesFilter, type Parameter, type ParameterFilter } from '../model/parameter.js';
import type { Choice, Otherwise } from '../registry/kinds.js';
import { namedChoices } from './named-choices.js';
import {
  stepRuleOf,
  type HostRule,
  type LossAndGradients,
  type ParameterValue,
  type SlotTree,
  type StepRule,
} from './optimizer.js';
import { checkNextSlots, checkSlots, checkTensors } from './plugin-results.js';
import type { Create } from './scoring.js';
import type { StepInputs } from './step-inputs.js';

/** Some parameters and what trains them; `frozen` ones get no gradient and no slots, and statistics beside them rest. */
export interface OptimizerGroup {
  /** All that no group before takes, if not given. */
  readonly on?: ParameterFilter;
  readonly use: Choice<'optimizer'> | 'frozen';
}

/** One optimizer for all parameters, or groups with one each: the first that fits a parameter has it. */
export type OptimizerChoice = Choice<'optimizer'> | Otherwise<readonly OptimizerGroup[], 'optimizer'>;

interface Group {
  readonly name: string;
  /** Options' learning rate with the schedule of the trainer. */
  readonly rate: Varying;
  readonly rule: StepRule;
  /** Places of its parameters among the trained ones. */
  readonly places: readonly number[];
}

/** The optimizers of a trainer, each with its parameters, as one step. */
export class OptimizerGroups {
  /** Parameters that some group trains, in the order of the model. */
  readonly trained: readonly Parameter[];
  /** The optimizer that the host drives, if it is one. */
  readonly host: { readonly rule: HostRule; readonly rate: Varying } | undefined;
  readonly #groups: readonly Group[];

  constructor(
    create: Create,
    choice: OptimizerChoice,
    schedule: Choice<'schedule'> | undefined,
    parameters: readonly Parameter[],
  ) {
    const groups: readonly OptimizerGroup[] = isList(choice) ? choice : [{ use: choice }];
    for (const { on } of groups) if (on) checkFilter(on, parameters, 'trainer: optimizer');
    const groupOf = new Map(
      parameters.map((parameter) => [parameter, groups.find(({ on = {} }) => passesFilter(parameter, on))]),
    );
    const orphan = parameters.find((parameter) => !groupOf.get(parameter));
    if (orphan)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `trainer: no optimizer is for ${orphan.name}; end the list with { use: … } for all others, or { use: 'frozen' }.`,
      );
    this.trained = parameters.filter((parameter) => groupOf.get(parameter)?.use !== 'frozen');
    const active = groups.filter(isTrained);
    const named = namedChoices(
      'optimizer',
      active.map(({ use }) => use),
    );
    const made = named.map(({ name, choice: own }, i) => {
      const optimizer = create('optimizer', own);
      const places = this.trained.flatMap((parameter, place) => (groupOf.get(parameter) === active[i] ? [place] : []));
      return { name, optimizer, rate: scheduled(optimizer.learningRate ?? 1, schedule), places };
    });
    this.#groups = made.flatMap(({ optimizer, ...group }) =>
      optimizer.kind === 'host' ? [] : [{ ...group, rule: stepRuleOf(optimizer) }],
    );
    const driven = made.find(({ optimizer }) => optimizer.kind === 'host');
    if (driven && made.length > 1)
      throw new AdjointError(
        'OPTIONS_INVALID',
        `trainer: ${driven.name} is driven by the host and needs all parameters; freeze the others instead of giving them an optimizer.`,
      );
    this.host = driven?.optimizer.kind === 'host' ? { rule: driven.optimizer, rate: driven.rate } : undefined;
  }

  /** Rates by group: the first is that of `learningRate` in events. */
  get rates(): readonly Varying[] {
    return this.host ? [this.host.rate] : this.#groups.map(({ rate }) => rate);
  }

  init(parameters: readonly ParameterValue[]): SlotTree {
    return this.#join(
      this.#groups.map(({ name, rule, places }) =>
        checkSlots(rule.init(at(parameters, places)), `optimizer '${name}', init`),
      ),
    );
  }

  /** The next values of all trained parameters. Builds graph. */
  step(
    parameters: readonly ParameterValue[],
    slots: SlotTree,
    inputs: StepInputs,
    lossAndGradients: (values?: readonly Tensor[]) => LossAndGradients,
  ): { readonly values: readonly Tensor[]; readonly slots: SlotTree } {
    const values = parameters.map(({ value }) => value);
    const next = this.#groups.map(({ name, rule, rate, places }, i) => {
      const suffix = i === 0 ? '' : `/${name}`;
      const before = this.#split(slots, name);
      const own = at(parameters, places);
      const what = `optimizer '${name}'`;
      const result = rule.step({
        ...inputs.contextOf(`optimizer${suffix}`),
        learningRate: inputs.number(`learningRate${suffix}`, rate),
        parameters: own,
        slots: before,
        lossAndGradients: (points) => {
          if (points) checkTensors(points, own, `${what}, the values for lossAndGradients`);
          const all = points && parameters.map(({ value }, place) => points[places.indexOf(place)] ?? value);
          const { loss, gradients } = lossAndGradients(all);
          return { loss, gradients: at(gradients, places) };
        },
      });
      const { values: changed, slots: kept } = (result ?? {}) as Partial<typeof result>;
      checkTensors(changed, own, `${what}, the new value`).forEach((value, j) => (values[places[j]!] = value));
      return checkNextSlots(kept, before, `${what}, step`);
    });
    return { values, slots: this.#join(next) };
  }

  /** Values for evaluation where a rule has others than the parameters. */
  evaluation(slots: SlotTree, parameters: readonly ParameterValue[]): readonly Tensor[] {
    const values = parameters.map(({ value }) => value);
    for (const { name, rule, places } of this.#groups) {
      if (!rule.evaluation) continue;
      const own = at(parameters, places);
      const found = rule.evaluation(this.#split(slots, name), own);
      checkTensors(found, own, `optimizer '${name}', evaluation`).forEach((value, i) => (values[places[i]!] = value));
    }
    return values;
  }

  /** Whether evaluation has values of its own. */
  get averages(): boolean {
    return this.#groups.some(({ rule }) => rule.evaluation);
  }

  /** One optimizer has its slots for itself; those of several go by name. */
  #join(slots: readonly SlotTree[]): SlotTree {
    const [only = {}] = slots;
    return slots.length <= 1 ? only : Object.fromEntries(slots.map((own, i) => [this.#groups[i]!.name, own]));
  }

  #split(slots: SlotTree, name: string): SlotTree {
    return this.#groups.length === 1 ? slots : ((slots[name] ?? {}) as SlotTree);
  }
}

function isList(choice: OptimizerChoice): choice is readonly OptimizerGroup[] {
  return Array.isArray(choice);
}

function isTrained(group: OptimizerGroup): group is OptimizerGroup & { readonly use: Choice<'optimizer'> } {
  return group.use !== 'frozen';
}

function at<T>(list: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => list[place]!);
}

function scheduled(rate: Varying, schedule: Choice<'schedule'> | undefined): Varying {
  if (schedule === undefined) return rate;
  if (typeof rate === 'number') return { base: rate, schedule };
  throw new AdjointError(
    'OPTIONS_INVALID',
    'trainer: the learning rate follows a schedule of its own; leave out the option schedule, or give the optimizer a number.',
  );
}
