import type { Team } from '../team/team.js';
import type { FunctionLibrary, LibraryFunction } from './function-library.js';
import { defineLoopFunctions, loopFunctionKey, type LoopFunction, type Loops } from './loop-function.js';

/** Functions that are kept for later programs. */
const mostKept = 4096;

type CompiledLoopFunction = LibraryFunction & LoopFunction;

/** Compiles the functions of loop programs, and finds those again that were compiled for another program. */
export class LoopFunctionCache {
  readonly #functions = new Map<string, CompiledLoopFunction>();
  #names = 0;

  constructor(
    readonly library: FunctionLibrary,
    readonly team: Team,
  ) {}

  /** The function of each loop program; all that are new go into one module. */
  async get(loops: readonly Loops[]): Promise<CompiledLoopFunction[]> {
    if (this.#functions.size > mostKept) this.clear();
    const keys = loops.map(loopFunctionKey);
    const missing = new Map<string, Loops>();
    loops.forEach((each, i) => {
      const key = keys[i]!;
      if (!this.#functions.has(key) && !missing.has(key)) missing.set(key, each);
    });
    if (missing.size > 0) await this.#compile(missing);
    return keys.map((key) => this.#functions.get(key)!);
  }

  clear(): void {
    const functions = [...this.#functions.values()];
    functions.forEach(({ name }) => this.library.delete(name));
    this.team.drop(
      functions.map(({ name }) => name),
      functions.map(({ module }) => module),
    );
    this.#functions.clear();
  }

  async #compile(missing: ReadonlyMap<string, Loops>): Promise<void> {
    const module = this.library.newModule();
    const defined = defineLoopFunctions(module, [...missing.values()]);
    const named = defined.map((each) => ({ ...each, name: `loops${this.#names++}` }));
    const compiled = await this.library.add(
      module,
      Object.fromEntries(named.map(({ name, callable }) => [name, callable])),
    );
    [...missing.keys()].forEach((key, i) => {
      const { name, callsHost } = named[i]!;
      this.#functions.set(key, { ...compiled[name]!, callsHost });
    });
  }
}
