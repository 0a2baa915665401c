import type { Callable, ModuleBuilder, ParameterTypes } from '../assembler/index.js';
import { hostMath } from '../math/host-math.js';

/** Where generated modules import functions of other generated modules from. */
const namespace = 'functions';

/** A function of a generated module, which returns nothing. Its name is unique in the library. */
export interface LibraryFunction<Parameters extends ParameterTypes = ParameterTypes> {
  readonly name: string;
  readonly parameters: Parameters;
  readonly module: WebAssembly.Module;
  readonly code: (...parameters: number[]) => void;
}

export type LibraryFunctions<Functions extends Readonly<Record<string, Callable>>> = {
  readonly [Name in keyof Functions]: LibraryFunction<Functions[Name]['parameters']>;
};

/** Instantiates generated modules on one memory and lets later ones call the functions of earlier ones. */
export class FunctionLibrary {
  readonly #functions: Record<string, LibraryFunction['code']> = {};

  constructor(readonly memory: WebAssembly.Memory) {}

  /** Compiles a module and takes functions of it into the library, under the names given here. */
  async add<Functions extends Readonly<Record<string, Callable>>>(
    builder: ModuleBuilder,
    functions: Functions,
  ): Promise<LibraryFunctions<Functions>> {
    for (const [name, callable] of Object.entries(functions)) builder.export(callable, name);
    const { module, instance } = await WebAssembly.instantiate(builder.build(), {
      env: { memory: this.memory },
      [namespace]: this.#functions,
      ...hostMath,
    });
    const entries = Object.entries(functions).map(([name, { parameters }]) => {
      const code = instance.exports[name] as LibraryFunction['code'];
      this.#functions[name] = code;
      return [name, { name, parameters, module, code }];
    });
    return Object.fromEntries(entries) as LibraryFunctions<Functions>;
  }

  /** A function of the library for a new module to call. */
  import<Parameters extends ParameterTypes>(
    builder: ModuleBuilder,
    { name, parameters }: LibraryFunction<Parameters>,
  ): Callable<Parameters, 'void'> {
    return builder.importFunction(namespace, name, parameters, 'void');
  }

  delete(name: string): void {
    delete this.#functions[name];
  }
}
