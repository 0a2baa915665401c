import type { Engine } from '../engine/engine.js';
import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import type { EpochResult } from '../model/build-context.js';
import type { Initializer } from '../model/initializer.js';
import type { Parameter, State } from '../model/parameter.js';
import type { RandomSource } from '../random/random-source.js';
import { didYouMean } from '../registry/did-you-mean.js';
import { membersOf } from '../registry/instance-check.js';
import { valueText } from '../registry/options/index.js';
import { allocateArray, type DType } from '../tensor/dtype.js';
import { hostTensor } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import { pluginInvalid } from './plugin-results.js';
import type { Hooks, Regularizer } from './regularizer.js';

/** A regularizer under its name, with the states that it has declared. */
export interface NamedHooks {
  readonly name: string;
  readonly hooks: Hooks;
  readonly states: readonly State[];
  /** Sets the states that start as copies of parameters. */
  begin(): Promise<void>;
}

const checkHooks = membersOf<Hooks>({
  batch: 'optional method',
  parameter: 'optional method',
  hidden: 'optional method',
  penalty: 'optional method',
  constraint: 'optional method',
  average: 'optional method',
  evaluation: 'optional method',
  stop: 'optional method',
  keep: 'optional method',
  notice: 'optional method',
  figures: 'value',
});

/** Builds a regularizer; its states are named `ema/…`. */
export function nameHooks(
  engine: Engine,
  name: string,
  regularizer: Regularizer,
  parameters: readonly Parameter[],
  { random, dtype }: { readonly random: RandomSource; readonly dtype: DType },
): NamedHooks {
  const states: State[] = [];
  const copies: { readonly from: Variable; readonly to: Variable }[] = [];
  const state = (own: string, shape: readonly number[], initial: number | Initializer | Parameter): State => {
    const full = `${name}/${own}`;
    if (states.some((other) => other.name === full))
      throw new AdjointError(
        'OPTIONS_INVALID',
        `regularizer '${name}' declares '${own}' twice; give states different names.`,
      );
    const fans = { fanIn: sizeOf(shape.slice(1)), fanOut: shape[0] ?? 1 };
    const data =
      typeof initial === 'function'
        ? initial(shape, { ...fans, random: random.child(`regularizer/${full}`) })
        : allocateArray(dtype, sizeOf(shape)).fill(typeof initial === 'number' ? initial : 0);
    const variable = engine.variable(hostTensor(data, shape, dtype), { name: full });
    if (typeof initial === 'object') copies.push({ from: initial.variable, to: variable });
    const declared = { name: full, role: 'state' as const, variable };
    states.push(declared);
    return declared;
  };
  const hooks = typeof regularizer === 'function' ? regularizer({ name, state }, parameters) : regularizer;
  checkHooks(hooks, `regularizer '${name}'`);
  return {
    name,
    hooks,
    states,
    begin: async () => {
      for (const { from, to } of copies) to.restore(await from.read());
    },
  };
}

/** Why regularizers want a run to end, if one does. */
export function stopReason(regularizers: readonly NamedHooks[], history: readonly EpochResult[]): string | undefined {
  for (const { name, hooks } of regularizers) {
    for (const figure of hooks.figures ?? []) checkFigure(figure, history, `regularizer '${name}'`);
    const reason: unknown = hooks.stop?.(history);
    if (typeof reason === 'string') return reason;
    if (reason !== undefined)
      throw pluginInvalid(
        `regularizer '${name}', stop: found ${valueText(reason)}; expected a reason in words, or undefined.`,
      );
  }
  return undefined;
}

/** Figures are known for certain once there is a result. */
function checkFigure(figure: string, history: readonly EpochResult[], what: string): void {
  const last = history.at(-1);
  if (!last) return;
  const names = Object.keys(last.validation ?? last.metrics);
  if (!names.includes(figure)) throw unknownFigure(figure, names, what);
}

/** @throws AdjointError `OPTIONS_INVALID` for figures that none of the losses and metrics of these names can give. */
export function checkFigures({ name, hooks }: NamedHooks, measures: readonly string[]): void {
  const known = ['loss', ...measures];
  for (const figure of hooks.figures ?? [])
    if (!known.some((measure) => figure === measure || figure.startsWith(`${measure}/`)))
      throw unknownFigure(figure, [...new Set(known)], `regularizer '${name}'`);
}

function unknownFigure(figure: string, names: readonly string[], what: string): AdjointError {
  return new AdjointError(
    'OPTIONS_INVALID',
    `${what}: there is no figure '${figure}'${didYouMean(figure, names) || '.'} Known: ${names.join(', ')}; others come from the option metrics of the trainer.`,
  );
}
