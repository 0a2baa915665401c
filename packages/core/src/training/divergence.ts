import type { Variable } from '../engine/variable.js';
import type { TypedEvents } from '../events/typed-events.js';
import type { Divergence } from './trainer-options.js';
import { emitWarning, type TrainingEvents } from './training-events.js';

/** Notices the first number of a run that is not finite, and says so once. */
export class DivergenceWatch {
  #first: Divergence | undefined;

  constructor(readonly events: TypedEvents<TrainingEvents>) {}

  /** What was noticed, if anything. */
  get first(): Divergence | undefined {
    return this.#first;
  }

  /** Looks at a number of the run after some updates; `what` names it. */
  see(what: string, value: number, step: number): void {
    if (this.#first !== undefined || Number.isFinite(value)) return;
    this.#first = { what, value, step };
    emitWarning(this.events, {
      code: 'NON_FINITE',
      message: `The run diverges: the ${what} is ${value} at step ${step}. Lower the learning rate, clip gradients, or look for extreme values in the data.`,
      details: { ...this.#first },
    });
  }

  /** Looks at all parameters: those that the last update gave show in no loss any more. */
  async seeParameters(
    parameters: readonly { readonly name: string; readonly variable: Variable }[],
    step: number,
  ): Promise<void> {
    for (const { name, variable } of parameters) {
      if (this.#first !== undefined) return;
      const { data } = await variable.read();
      const odd = data.find((value) => !Number.isFinite(value));
      if (odd !== undefined) this.see(`parameter '${name}'`, odd, step);
    }
  }
}
