import type { ForwardContext } from './layer.js';
import type { Parameter, State } from './parameter.js';

/** How often each layer has run in a pass. Contexts are spread and changed, but keep their `random`. */
const runs = new WeakMap<ForwardContext['random'], Map<string, number>>();

/** The context of a layer inside another: what it draws and what the host computes for it are named after it. */
export function contextInside(outer: ForwardContext, own: string, owned: Owned): ForwardContext {
  const name = runName(outer, own);
  const training = outer.training && !isFrozen(owned, outer);
  let draws = 0;
  return {
    ...outer,
    training,
    update: training ? outer.update : () => {},
    random: (place = draws++ === 0 ? '' : String(draws)) => outer.random(place === '' ? name : `${name}/${place}`),
    input: (input, type, compute) => outer.input(`${name}/${input}`, type, compute),
    scalar: (input, compute) => outer.scalar(`${name}/${input}`, compute),
  };
}

/** The same context for a pass of its own, which counts anew how often layers run. */
export function contextOfPass(context: ForwardContext): ForwardContext {
  return { ...context, random: (place) => context.random(place) };
}

interface Owned {
  readonly parameters: readonly Parameter[];
  readonly states: readonly State[];
}

function isFrozen({ parameters, states }: Owned, { frozen }: ForwardContext): boolean {
  const owned = parameters.length > 0 ? parameters : states;
  return frozen !== undefined && owned.length > 0 && owned.every((one) => frozen(one));
}

/** `dense` when a layer runs for the first time in a pass, then `dense:2`, … */
function runName({ random }: ForwardContext, own: string): string {
  const counts = runs.get(random) ?? new Map<string, number>();
  const count = (counts.get(own) ?? 0) + 1;
  runs.set(random, counts.set(own, count));
  return count === 1 ? own : `${own}:${count}`;
}
