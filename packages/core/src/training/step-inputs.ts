import { activeTrace, type HostValue } from '../engine/trace.js';
import { AdjointError } from '../errors.js';
import { literal } from '../graph/primitives/literal.js';
import type { Tensor, TensorType } from '../graph/tensor.js';
import type { BuildContext, HostStep, Varying } from '../model/build-context.js';
import type { RandomSource } from '../random/random-source.js';
import { readChoice } from '../registry/choice.js';
import type { Choice } from '../registry/kinds.js';
import { valueText } from '../registry/options/index.js';
import type { DType, TypedArray } from '../tensor/dtype.js';
import type { Schedule } from './schedule.js';

/** Where a run stands, without what belongs to a single asker. */
export type Standing = Omit<HostStep, 'random' | 'value'>;

/** What the host knows of a run: where it stands, its random numbers and its schedules. */
export interface RunHost {
  standing(): Standing;
  readonly random: RandomSource;
  schedule(choice: Choice<'schedule'>): Schedule;
}

/** What an option that may follow a schedule is worth. */
export function valueAt(host: RunHost, option: Varying, standing = host.standing()): number {
  if (typeof option === 'number') return option;
  const at = hostStep(host, standing, host.random);
  const value: unknown = host.schedule(option.schedule)({ ...at, base: option.base });
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new AdjointError(
    'PLUGIN_INVALID',
    `schedule '${readChoice('schedule', option.schedule).name}': at step ${standing.step} it gives ${valueText(value)}; expected a finite number.`,
  );
}

function hostStep(host: RunHost, standing: Standing, random: RandomSource): HostStep {
  return { ...standing, random, value: (option) => valueAt(host, option, standing) };
}

/**
 * What the host computes anew before each run of a program, while the program is traced: one input for each owner and
 * name, whoever asks how often.
 */
export class StepInputs {
  readonly #known = new Map<string, Tensor>();

  constructor(
    readonly host: RunHost,
    /** Of scalars and options: that of the parameters. */
    readonly dtype: DType,
    readonly training: boolean,
    /** Takes down what follows a schedule, by the name that `step:end` reports it under. */
    readonly varying = new Map<string, Varying>(),
  ) {}

  /** What the owner of some names may ask for; layers have names of their own and give ''. */
  contextOf(owner: string): BuildContext {
    const own = (name: string): string => (owner === '' ? name : `${owner}/${name}`);
    return {
      training: this.training,
      random: (place = '') => this.#key(own(place)),
      input: (name, type, compute) => this.#input(own(name), type, compute),
      scalar: (name, compute) =>
        this.#input(own(name), { shape: [], dtype: this.dtype }, (at) => this.#scalar(compute(at))),
      value: (option) => this.value(option, owner),
    };
  }

  /** A constant for a number, an input for what follows a schedule; `label` names it in reports. */
  value(option: Varying, label: string): Tensor {
    if (typeof option === 'number') return literal(option, this.dtype);
    let name = label;
    for (let count = 2; (this.varying.get(name) ?? option) !== option; count++) name = `${label}_${count}`;
    this.varying.set(name, option);
    return this.number(`varying ${name}`, option);
  }

  /** An input, also for a plain number: another value of it needs no other program. */
  number(name: string, option: Varying): Tensor {
    const known: HostValue | undefined = typeof option === 'number' ? { kind: 'number', value: option } : undefined;
    return this.#input(name, { shape: [], dtype: this.dtype }, (at) => this.#scalar(at.value(option)), known);
  }

  #scalar(value: number): TypedArray {
    return this.dtype === 'float64' ? Float64Array.of(value) : Float32Array.of(value);
  }

  #input(name: string, type: TensorType, compute: (at: HostStep) => TypedArray, known?: HostValue): Tensor {
    const valueNow = (): TypedArray => {
      const standing = this.host.standing();
      const random = this.host.random.child(`${name}/${standing.step}`);
      return compute(hostStep(this.host, standing, random));
    };
    return this.#once(name, type, valueNow, known);
  }

  /** A random key of a place and the present step. */
  #key(place: string): Tensor {
    if (!this.training)
      throw new AdjointError(
        'ATTRIBUTE_INVALID',
        `${place}: random numbers are drawn while training only; test context.training first.`,
      );
    const { key } = this.host.random.child(place).state;
    const compute = (): TypedArray => Int32Array.of(...key, this.host.standing().step);
    return this.#once(`${place}/key`, { shape: [3], dtype: 'int32' }, compute, { kind: 'key', words: key });
  }

  #once(name: string, type: TensorType, compute: () => TypedArray, known?: HostValue): Tensor {
    const before = this.#known.get(name);
    if (before) return before;
    const trace = activeTrace();
    if (!trace)
      throw new AdjointError('GRAPH_READ_IN_TRACE', `${name}: the host computes inputs of traced functions alone.`);
    const tensor = trace.hostInput(type, compute, name, known);
    this.#known.set(name, tensor);
    return tensor;
  }
}
