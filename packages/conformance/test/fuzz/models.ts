import { dataset } from '@adjoint/data';
import {
  createApp,
  hostTensor,
  isAdjointError,
  RandomSource,
  sizeOf,
  type App,
  type Dataset,
  type DType,
  type HostTensor,
  type Shape,
} from 'adjoint';
import { Draw } from './draw.js';
import { textOf } from './materialize.js';
import type { Report } from './calls.js';

/** An app of a backend under trial; made anew for each run of models. */
export interface AppBed {
  readonly name: string;
  readonly create: () => App;
}

/** A model, its trainer and its data, as callers write them: much of it wrong. */
interface Trial {
  readonly input: unknown;
  readonly layers: readonly unknown[];
  readonly dtype: unknown;
  readonly trainer: unknown;
  readonly fit: unknown;
  readonly examples: number;
  readonly inputs: readonly number[];
  readonly target: HostTensor;
  /** Whether numbers may be compared: nothing in it makes a run diverge or its last digits decide. */
  readonly comparable: boolean;
}

/** What a trial came to: figures and weights, or the code of the error that ended it at a stage. */
type Outcome = { readonly stage: string; readonly code: string } | { readonly values: readonly number[] };

const catalogue = createApp().describe();
const namesOf = (kind: string): string[] =>
  catalogue.extensions.filter((extension) => extension.kind === kind).map(({ name }) => name);
const layers = namesOf('layer').filter((name) => !['model', 'softVote'].includes(name));
/** Layers that take most inputs, and those that take inputs of a rank. */
const usual = ['dense', 'relu', 'tanh', 'sigmoid', 'softmax', 'dropout', 'batchNorm', 'flatten'];
const ofRank: readonly (readonly string[])[] = [
  [],
  ['dense', 'repeat'],
  ['conv1d', 'maxPool1d', 'averagePool1d', 'timeDistributed'],
  ['conv2d', 'maxPool2d', 'averagePool2d'],
];
const never = new Set(['INTERNAL', 'LAYER_FAILED', 'LOOPS_INVALID', 'GRADIENT_INVALID']);

/** Options of a name: those of its example, and others of what help says of them; now and then nonsense. */
function optionsOf(draw: Draw, kind: string, name: string, depth = 0): unknown {
  const { options = [], examples = [] } = catalogue.extensions.find((one) => one.kind === kind && one.name === name)!;
  const example = examples.length > 0 ? draw.pick(examples).options : undefined;
  const result: Record<string, unknown> = { ...(example as object | undefined) };
  for (const option of options) {
    if (draw.once(80)) result[option.name] = draw.strange();
    else if (draw.once(9)) result[option.name] = valueOf(draw, option.type, depth);
    else if (option.default !== undefined && draw.once(6)) result[option.name] = option.default;
  }
  if (draw.once(99)) result[draw.pick(['unit', 'Units', 'rates', '__proto__'])] = 1;
  return result;
}

/** A value of a type as help describes it, in its range or not. */
function valueOf(draw: Draw, type: string, depth: number): unknown {
  const [, kind] = /(layer|initializer|schedule|optimizer): 'name'/.exec(type) ?? [];
  if (kind !== undefined && depth < 2 && !(type.startsWith('number') && draw.once(2))) {
    const choice = choiceOf(draw, kind, depth + 1);
    if (type.startsWith('number')) return { base: draw.pick([0.01, 0.1, 0.5]), schedule: choice };
    return type.startsWith('array') ? draw.list(draw.int(0, 2), () => choiceOf(draw, kind, depth + 1)) : choice;
  }
  const texts = [...type.matchAll(/'([^']+)'/g)].map(([, text]) => text);
  if (texts.length > 0 && !type.includes(':')) return draw.pick(texts);
  if (type === 'boolean') return draw.once(2);
  if (type.includes('integer'))
    return draw.once(4) ? draw.list(draw.int(0, 3), () => draw.int(-1, 3)) : draw.int(-1, 4);
  if (type === 'string') return draw.pick(['loss', 'accuracy', 'validation/loss', 'none']);
  if (type.startsWith('array')) return draw.list(draw.int(0, 3), () => draw.pick([0, 1, 'kernel', 'bias']));
  return draw.pick([0, 0.01, 0.1, 0.5, 0.9, 1, 2, -1, 1e-8, 1e8]);
}

function choiceOf(draw: Draw, kind: string, depth = 0, rank = 1): unknown {
  if (draw.once(99)) return draw.strange();
  const suited = draw.once(12) ? layers : [...usual, ...usual, ...(ofRank[rank] ?? []), ...(ofRank[rank] ?? [])];
  const known =
    kind === 'layer' ? suited : kind === 'loss' && !draw.once(3) ? ['crossEntropy', 'meanSquaredError'] : namesOf(kind);
  const name = draw.pick(known);
  const options = optionsOf(draw, kind, name, depth);
  return Object.keys(options as object).length === 0 && draw.once(2) ? name : { [name]: options };
}

function trialOf(seed: number, i: number): Trial {
  const draw = new Draw(new RandomSource(seed).child(`model/${i}`));
  const inputs = draw.list(draw.int(draw.once(4) ? 0 : 1, 3), (axis): number =>
    draw.once(60) ? 0 : draw.int(axis === 0 ? 1 : 4, axis === 0 ? 3 : 8),
  );
  const examples = draw.pick([1, 2, 3, 5, 7, 8]);
  const list = (kind: string): unknown[] => draw.list(draw.int(0, 2), () => choiceOf(draw, kind));
  const trainer: Record<string, unknown> = {
    loss: draw.once(8) ? [{ loss: choiceOf(draw, 'loss'), weight: draw.number() }] : choiceOf(draw, 'loss'),
    optimizer: choiceOf(draw, 'optimizer'),
    seed: draw.once(30) ? draw.strange() : draw.int(0, 9),
  };
  if (draw.once(3)) trainer['metrics'] = list('metric');
  if (draw.once(3)) trainer['regularizers'] = list('regularizer');
  if (draw.once(4)) trainer['gradientTransforms'] = list('gradientTransform');
  if (draw.once(4)) trainer['schedule'] = choiceOf(draw, 'schedule');
  const fit: Record<string, unknown> = {
    epochs: draw.once(20) ? draw.strange() : draw.int(1, 2),
    batchSize: draw.once(20) ? draw.strange() : draw.pick([1, 2, 3, 4, 'full']),
  };
  if (draw.once(5)) fit['accumulate'] = draw.int(0, 3);
  if (draw.once(5)) fit['dropLast'] = draw.once(2);
  if (draw.once(5)) fit['shuffle'] = draw.once(2);
  if (draw.once(8)) fit['sampler'] = choiceOf(draw, 'sampler');
  if (draw.once(8)) fit['stepsPerEpoch'] = draw.int(0, 3);
  if (draw.once(8)) fit['prefetch'] = draw.int(-1, 2);
  const stack = draw.list(draw.int(0, 4), () => choiceOf(draw, 'layer', 0, inputs.length));
  if (!draw.once(4)) stack.push('flatten', { dense: { units: 3 } });
  return {
    input: draw.once(40) ? draw.strange() : inputs,
    layers: stack,
    dtype: draw.once(40) ? draw.strange() : draw.pick(['float32', 'float32', 'float64', undefined]),
    trainer,
    fit,
    examples,
    inputs,
    target: targetOf(draw, examples, textOf(trainer['loss']).includes('crossEntropy')),
    comparable: !/dropout|batchNorm|mixup|relu|[mM]ax|1e8|100000000|[^0-9.][2-9],|learningRate: [1-9]/.test(
      textOf([stack, trainer]),
    ),
  };
}

/** Classes, numbers or rows of chances, which fit the loss or not. */
function targetOf(draw: Draw, examples: number, isClass: boolean): HostTensor {
  if (!draw.once(4)) {
    const data = Int32Array.from({ length: examples * (isClass ? 1 : 3) }, () => draw.int(0, 2));
    return isClass
      ? { data, shape: [examples], dtype: 'int32' }
      : { data: Float32Array.from(data, (x) => x / 2), shape: [examples, 3], dtype: 'float32' };
  }
  const dtype = draw.pick<DType>(['int32', 'int32', 'float32', 'float64', 'bool']);
  const shape = [examples, ...draw.pick([[], [], [3], [1], [2, 2]])];
  if (dtype === 'int32' && !draw.once(9))
    return { data: Int32Array.from({ length: sizeOf(shape) }, () => draw.int(0, 2)), shape, dtype };
  return draw.host(shape, dtype);
}

function dataOf({ examples, inputs, target, dtype }: Trial): Dataset {
  const random = new RandomSource(examples);
  const shape: Shape = [examples, ...inputs];
  return dataset({
    inputs: hostTensor(
      Float64Array.from({ length: sizeOf(shape) }, () => random.normal()),
      shape,
      dtype === 'float64' ? 'float64' : 'float32',
    ),
    targets: target,
  });
}

/** Builds, predicts and trains as a caller does who does not read types. */
async function outcomeOf(trial: Trial, app: App): Promise<Outcome | unknown> {
  let stage = 'build';
  const values: number[] = [];
  try {
    const model = app.sequential({ input: trial.input, dtype: trial.dtype, seed: 1 } as never, trial.layers as never);
    if (model.parameterCount > 20_000 || model.layers.some(({ outputs }) => sizeOf(outputs[0].shape) > 20_000))
      return { stage: 'large', code: 'LARGE' };
    stage = 'data';
    const data = dataOf(trial);
    stage = 'predict';
    const { inputs } = await data.batch(Int32Array.from({ length: trial.examples }, (_, i) => i));
    for (const { data: numbers } of await model.predictAll(inputs)) values.push(...numbers);
    stage = 'trainer';
    const trainer = app.trainer(model, trial.trainer as never);
    stage = 'fit';
    const { history } = await trainer.fit(data, trial.fit as never);
    for (const { metrics } of history) values.push(...Object.values(metrics).filter((x) => typeof x === 'number'));
    for (const [, { data: numbers }] of await model.weights()) values.push(...numbers);
    stage = 'evaluate';
    await trainer.evaluate(data);
    return { values };
  } catch (error) {
    if (!isAdjointError(error) || never.has(error.code) || error.message.length > 4000)
      return `${stage}: ${String(error).slice(0, 300)}${error instanceof Error && !isAdjointError(error) ? (error.stack ?? '').split('\n').slice(1, 3).join('') : ''}`;
    return { stage, code: error.code };
  }
}

/** Tries the models `from` … `from + count − 1` of a seed in all apps; the first is the reference. */
export async function runModels(beds: readonly AppBed[], seed: number, from: number, count: number): Promise<Report> {
  const report: Report = { calls: 0, refused: 0, large: 0, computed: 0, faults: [] };
  const apps = beds.map(({ create }) => create());
  for (let i = from; i < from + count; i++) {
    const trial = trialOf(seed, i);
    const { input, layers: stack, dtype, trainer, fit, target } = trial;
    const text = `model ${i}: ${textOf([input, dtype, stack])}, ${textOf(trainer)}, ${textOf(fit)}, targets ${target.dtype} [${target.shape.join(', ')}]`;
    report.calls++;
    const outcomes: (Outcome | unknown)[] = [];
    for (const app of apps) outcomes.push(await outcomeOf(trial, app));
    const problem = problemOf(outcomes as Outcome[], trial, beds);
    if (problem !== undefined) report.faults.push(`${problem}: ${text}`);
    else if ('values' in (outcomes[0] as Outcome)) report.computed++;
    else report.refused++;
  }
  await Promise.all(apps.map((app) => app.close()));
  return report;
}

function problemOf(outcomes: readonly Outcome[], { comparable }: Trial, beds: readonly AppBed[]): string | undefined {
  const [want] = outcomes as [Outcome, ...Outcome[]];
  for (const [i, have] of outcomes.entries()) {
    if (typeof have === 'string') return `${beds[i]!.name}: ${String(have)}`;
    if ('code' in want || 'code' in have) {
      if (JSON.stringify(have) !== JSON.stringify(want) && 'code' in want !== 'code' in have)
        return `${beds[i]!.name}: ${JSON.stringify(have).slice(0, 100)} instead of ${JSON.stringify(want).slice(0, 100)}`;
      continue;
    }
    const isTame = want.values.every((x) => Math.abs(x) < 1e3);
    if (!comparable || !isTame) continue;
    const at = want.values.findIndex((x, k) => !(Math.abs(x - have.values[k]!) <= 1e-3 * (1 + Math.abs(x))));
    if (at >= 0) return `${beds[i]!.name}: number ${at} is ${have.values[at]} instead of ${want.values[at]}`;
  }
  return undefined;
}
