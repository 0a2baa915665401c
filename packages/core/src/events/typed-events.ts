import { EventEmitter } from 'eventemitter3';
import { AdjointError } from '../errors.js';
import { didYouMean } from '../registry/did-you-mean.js';
import { custom, oneOf, optional, schemaOf, validateOptions, valueText } from '../registry/options/index.js';

/** Handles one event. Its promise, if it returns one, is awaited or watched; other results are ignored. */
export type EventHandler<Payload> = (payload: Payload) => unknown;

/** What a handler threw, or its promise was rejected with. */
export interface HandlerFailure {
  readonly event: string;
  readonly error: unknown;
}

export interface TypedEventsOptions {
  /** Whether a failing handler ends the run, or is only warned about. Default: 'throw'. */
  readonly onHandlerError?: 'throw' | 'warn';
  /** Told of each failure that is not thrown. Default: `console.warn`. */
  readonly warn?: (failure: HandlerFailure) => void;
  /** The events that there are; any name, if not given. */
  readonly names?: () => readonly string[];
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const eventsOptions = schemaOf<TypedEventsOptions>({
  onHandlerError: optional(oneOf('throw', 'warn')),
  warn: optional(custom(isFunction, 'a function')),
  names: optional(custom(isFunction, 'a function')),
});

/** A handler as eventemitter3 calls it: failures and promises go to the emission, and never stop other handlers. */
interface Listener {
  (payload: unknown, emission: Emission): void;
  readonly handler: EventHandler<never>;
}

/** What the handlers of one `emit` have left behind, in their order. */
type Emission = (HandlerFailure | Promise<HandlerFailure | undefined>)[];

/** Events by name with one payload object each. `Events` maps a name to the type of its payload. */
export class TypedEvents<Events extends object> {
  readonly #emitter = new EventEmitter();
  readonly #throws: boolean;
  readonly #names: TypedEventsOptions['names'];
  readonly #warn: (failure: HandlerFailure) => void;
  readonly #pending = new Set<Promise<unknown>>();
  /** Counts calls of `letGo`. */
  #run = 0;
  #failure: HandlerFailure | undefined;

  constructor(options: TypedEventsOptions = {}) {
    validateOptions(eventsOptions, options, 'events');
    const { onHandlerError = 'throw', warn = warnOnConsole, names } = options;
    this.#names = names;
    this.#throws = onHandlerError === 'throw';
    this.#warn = warn;
  }

  /** Calls `handler` on every `event`. Returns a function that undoes it. */
  on<E extends keyof Events & string>(event: E, handler: EventHandler<Events[E]>): () => void {
    const listener = this.#listen(event, handler);
    this.#emitter.on(event, listener);
    return () => void this.#emitter.off(event, listener);
  }

  /** Calls `handler` on the next `event` only. Returns a function that undoes it. */
  once<E extends keyof Events & string>(event: E, handler: EventHandler<Events[E]>): () => void {
    const listener = this.#listen(event, handler);
    this.#emitter.once(event, listener);
    return () => void this.#emitter.off(event, listener);
  }

  /** Takes `handler` off `event`, however often it was put there. */
  off<E extends keyof Events & string>(event: E, handler: EventHandler<Events[E]>): void {
    for (const listener of this.#emitter.listeners(event) as unknown as Listener[]) {
      if (listener.handler === handler) this.#emitter.off(event, listener);
    }
  }

  #listen<E extends keyof Events & string>(event: E, handler: EventHandler<Events[E]>): Listener {
    const names = this.#names?.() ?? [event];
    if (!names.includes(event))
      throw new AdjointError(
        'OPTIONS_INVALID',
        `There is no event '${String(event)}'${didYouMean(String(event), names) || '.'} Known: ${names.join(', ')}.`,
      );
    if (!isFunction(handler))
      throw new AdjointError('OPTIONS_INVALID', `The handler of '${event}' is ${valueText(handler)}; give a function.`);
    return listen(event, handler);
  }

  listenerCount(event: keyof Events & string): number {
    return this.#emitter.listenerCount(event);
  }

  /**
   * Emits a boundary event: calls all handlers, then waits for the promises they returned.
   * @throws The first failure in the order of the handlers, after all of them have finished; later ones are warned about.
   */
  async emitAndWait<E extends keyof Events & string>(event: E, payload: Readonly<Events[E]>): Promise<void> {
    if (this.listenerCount(event) === 0) return;
    const results = await Promise.all(this.#emit(event, payload));
    const failures = results.filter((result) => result !== undefined);
    const first = this.#throws ? failures.shift() : undefined;
    failures.forEach(this.#warn);
    if (first) throw first.error;
  }

  /**
   * Emits a step event without waiting. The payload is built only if somebody listens. What handlers throw, at once or
   * in their promises, is kept for `takeFailure`.
   */
  emitStep<E extends keyof Events & string>(event: E, payload: () => Readonly<Events[E]>): void {
    if (this.listenerCount(event) === 0) return;
    const run = this.#run;
    for (const result of this.#emit(event, payload())) {
      if (!(result instanceof Promise)) {
        this.#keep(result);
        continue;
      }
      const pending = result.then((failure) => {
        this.#pending.delete(pending);
        if (failure) this.#keep(failure, run);
      });
      this.#pending.add(pending);
    }
  }

  /** The first failure of a step event since the last call; the trainer asks at every step boundary. */
  takeFailure(): HandlerFailure | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  /** Waits until the promises of all step handlers have settled; `takeFailure` then misses none. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  /**
   * Separates one run from the next: handlers of step events that are not done any more are not waited for, and what they
   * have failed with, or fail with later, is warned about and ends no other run.
   */
  letGo(): void {
    this.#run++;
    this.#pending.clear();
    const left = this.takeFailure();
    if (left) this.#warn(left);
  }

  #emit(event: string, payload: unknown): Emission {
    const emission: Emission = [];
    this.#emitter.emit(event, frozen(payload), emission);
    return emission;
  }

  #keep(failure: HandlerFailure, run = this.#run): void {
    if (this.#throws && run === this.#run && this.#failure === undefined) this.#failure = failure;
    else this.#warn(failure);
  }
}

/**
 * A handler that runs on every n-th call: `trainer.on('step:end', every(100, log))`.
 * @throws {AdjointError} OPTIONS_INVALID when `interval` is not a whole number ≥ 1.
 */
export function every<Payload>(interval: number, handler: EventHandler<Payload>): EventHandler<Payload> {
  if (!Number.isSafeInteger(interval) || interval < 1) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `every: the interval is ${valueText(interval)}; it must be a whole number ≥ 1.`,
    );
  }
  let calls = 0;
  return (payload) => {
    calls += 1;
    return calls % interval === 0 ? handler(payload) : undefined;
  };
}

/** Frozen to any depth, as far as it is plain: no handler may change what the run or another handler goes by. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

function listen<Payload>(event: string, handler: EventHandler<Payload>): Listener {
  const listener = (payload: unknown, emission: Emission): void => {
    try {
      const result = handler(payload as Payload);
      if (isPromiseLike(result)) {
        emission.push(
          Promise.resolve(result).then(
            () => undefined,
            (error: unknown) => ({ event, error }),
          ),
        );
      }
    } catch (error) {
      emission.push({ event, error });
    }
  };
  return Object.assign(listener, { handler });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

function warnOnConsole({ event, error }: HandlerFailure): void {
  console.warn(`A handler of '${event}' failed:`, error);
}
