import type { OwnBytes } from '@adjoint/core';
import { ModuleBuilder, type Callable, type ParameterTypes } from '../assembler/index.js';
import type { WasmMemory } from '../memory/wasm-memory.js';
import { moduleImports, namespace } from './module-imports.js';

/** A function that returns nothing, as other modules know it. */
export interface FunctionEntry<Parameters extends ParameterTypes = ParameterTypes> {
  /** By which modules find it; unique in the library. */
  readonly name: string;
  /** What profilers and stack traces show. */
  readonly label: string;
  readonly parameters: Parameters;
}

/** A function of the library. */
export interface LibraryFunction<Parameters extends ParameterTypes = ParameterTypes> extends FunctionEntry<Parameters> {
  readonly module: WebAssembly.Module;
  readonly code: (...parameters: number[]) => void;
}

type Functions = Readonly<Record<string, Callable>>;
export type FunctionEntries<Defined extends Functions> = {
  readonly [Name in keyof Defined]: FunctionEntry<Defined[Name]['parameters']>;
};
export type LibraryFunctions<Defined extends Functions> = {
  readonly [Name in keyof Defined]: LibraryFunction<Defined[Name]['parameters']>;
};

/** Exports functions of a module under the names that are given here. */
export function exportFunctions<Defined extends Functions>(
  module: ModuleBuilder,
  functions: Defined,
): FunctionEntries<Defined> {
  const entries = Object.entries(functions).map(([name, callable]) => {
    module.export(callable, name);
    return [name, { name, label: callable.name, parameters: callable.parameters }];
  });
  return Object.fromEntries(entries) as FunctionEntries<Defined>;
}

/** Imports functions into a module, each when it is asked for the first time. */
export class Imports {
  readonly #callables = new Map<FunctionEntry, Callable>();

  constructor(readonly module: ModuleBuilder) {}

  readonly callable = <Parameters extends ParameterTypes>(
    entry: FunctionEntry<Parameters>,
  ): Callable<Parameters, 'void'> => {
    const { name, label, parameters } = entry;
    const known = this.#callables.get(entry) as Callable<Parameters, 'void'> | undefined;
    if (known) return known;
    const callable = this.module.importFunction(namespace, name, parameters, 'void', label);
    this.#callables.set(entry, callable);
    return callable;
  };
}

/** Instantiates generated modules on one memory; later modules can import the functions of earlier ones. */
export class FunctionLibrary {
  readonly #functions: Record<string, LibraryFunction['code']> = {};

  /** `record` is told of each module, and of the names under which its functions are found. */
  constructor(
    readonly memory: WasmMemory,
    readonly record?: (bytes: OwnBytes, names: readonly string[]) => void,
  ) {}

  /** A module on the memory. */
  newModule(): ModuleBuilder {
    const module = new ModuleBuilder();
    module.importMemory('env', 'memory', this.memory.limits);
    return module;
  }

  /** Compiles a module, and adds functions of it under the names that are given here. */
  async add<Defined extends Functions>(builder: ModuleBuilder, functions: Defined): Promise<LibraryFunctions<Defined>> {
    const exported = Object.entries<FunctionEntry>(exportFunctions(builder, functions));
    const bytes = builder.build();
    this.record?.(bytes, Object.keys(functions));
    const imports = moduleImports(this.memory.memory, this.#functions);
    const { module, instance } = await WebAssembly.instantiate(bytes, imports);
    const entries = exported.map(([name, entry]) => {
      const code = instance.exports[name] as LibraryFunction['code'];
      this.#functions[name] = code;
      return [name, { ...entry, module, code }];
    });
    return Object.fromEntries(entries) as LibraryFunctions<Defined>;
  }

  delete(name: string): void {
    delete this.#functions[name];
  }
}
