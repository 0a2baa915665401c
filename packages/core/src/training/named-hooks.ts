import type { Engine } from '../engine/engine.js';
import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import type { Initializer } from '../model/initializer.js';
import type { Parameter, State } from '../model/parameter.js';
import type { RandomSource } from '../random/random-source.js';
import { allocateArray, type DType } from '../tensor/dtype.js';
import { hostTensor } from '../tensor/host-tensor.js';
import { sizeOf } from '../tensor/shape.js';
import type { Hooks, Regularizer } from './regularizer.js';

/** A regularizer under its name, with the states that it has declared. */
export interface NamedHooks {
  readonly name: string;
  readonly hooks: Hooks;
  readonly states: readonly State[];
  /** Sets the states that start as copies of parameters. */
  begin(): Promise<void>;
}

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
  return {
    name,
    hooks,
    states,
    begin: async () => {
      for (const { from, to } of copies) to.restore(await from.read());
    },
  };
}
