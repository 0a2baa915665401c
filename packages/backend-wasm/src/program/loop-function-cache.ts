import { KernelCache } from '@adjoint/core/backend';
import type { Team } from '../team/team.js';
import type { FunctionLibrary, LibraryFunction } from './function-library.js';
import { defineLoopFunctions, type LoopFunction, type Loops } from './loop-function.js';

export type LoopFunctionCache = KernelCache<Loops, LibraryFunction & LoopFunction>;

/** Compiles the functions of loop programs, all that are new into one module. */
export function loopFunctionCache(library: FunctionLibrary, team: Team): LoopFunctionCache {
  let names = 0;
  return new KernelCache(
    ({ key }) => key,
    async (missing) => {
      const module = library.newModule();
      const defined = defineLoopFunctions(module, missing);
      const named = defined.map((each) => ({ ...each, name: `loops${names++}` }));
      const compiled = await library.add(
        module,
        Object.fromEntries(named.map(({ name, callable }) => [name, callable])),
      );
      return named.map(({ name, callsHost }) => ({ ...compiled[name]!, callsHost }));
    },
    (functions) => {
      for (const { name } of functions) library.delete(name);
      team.drop(
        functions.map(({ name }) => name),
        functions.map(({ module }) => module),
      );
    },
  );
}
