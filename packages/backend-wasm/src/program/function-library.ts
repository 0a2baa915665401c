import type { Callable, ModuleBuilder } from '../assembler/index.js';
import { hostMath } from '../math/host-math.js';

/** Where generated modules import functions of other generated modules from. */
const namespace = 'functions';

/** A function of a generated module. All take and return what `Callable` says, and are unique by name. */
export interface LibraryFunction {
  readonly name: string;
  readonly parameters: Callable['parameters'];
  readonly module: WebAssembly.Module;
  readonly code: (...parameters: number[]) => void;
}

/** Instantiates generated modules on one memory and lets later ones call the functions of earlier ones. */
export class FunctionLibrary {
  readonly #functions: Record<string, LibraryFunction['code']> = {};

  constructor(readonly memory: WebAssembly.Memory) {}

  /** Compiles a module; its exports are in the library from then on. */
  async add(builder: ModuleBuilder, exported: readonly Callable[]): Promise<LibraryFunction[]> {
    const { module, instance } = await WebAssembly.instantiate(builder.build(), {
      env: { memory: this.memory },
      [namespace]: this.#functions,
      ...hostMath,
    });
    return exported.map(({ name, parameters }) => {
      const code = instance.exports[name] as LibraryFunction['code'];
      this.#functions[name] = code;
      return { name, parameters, module, code };
    });
  }

  /** A function of the library for a new module to call. */
  import(builder: ModuleBuilder, { name, parameters }: LibraryFunction): Callable {
    return builder.importFunction(namespace, name, parameters, 'void');
  }

  delete(name: string): void {
    delete this.#functions[name];
  }
}
