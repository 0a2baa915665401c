import type { OwnBytes } from '@adjoint/core';
import { flatten, list, sized, text, unsigned, type Bytes } from './bytes.js';
import type { Callable, Code, ParameterTypes } from './code.js';
import { FunctionBuilder, parametersOf, type NamedParameters } from './function-builder.js';
import { VALUE_TYPES, type ResultType, type ValueType } from './operations.js';

/** In pages of 64 KiB. Memory that threads share must state its maximum. */
export type MemoryLimits =
  | { readonly minimum: number; readonly maximum?: number; readonly shared?: false }
  | { readonly minimum: number; readonly maximum: number; readonly shared: true };

/** What a function returns whose body gives this value. */
type ResultOf<Value> = Value extends Code<infer Result> ? Result : 'void';

interface DefinedFunction {
  readonly name: string;
  readonly parameters: ParameterTypes;
  readonly type: number;
  readonly body: Bytes;
}

/** The first bytes of a module: its magic number and version. */
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Numbers of sections, and of the parts of the name section. */
export const SECTIONS = { custom: 0, types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;
export const NAMES = { functions: 1, locals: 2 } as const;
/** What is imported or exported, and what a type is. */
export const KINDS = { function: 0x00, memory: 0x02 } as const;
const FUNCTION_TYPE = 0x60;
const mostCharacters = 100;

/** Collects the parts of a module and encodes it (WebAssembly core specification, chapter 5). */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #imports: Bytes[] = [];
  readonly #importedFunctions: string[] = [];
  readonly #functions: DefinedFunction[] = [];
  readonly #exports: Bytes[] = [];

  /** The memory that all loads and stores go to. At most one. */
  importMemory(module: string, name: string, { minimum, maximum, shared }: MemoryLimits): void {
    const flags = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0);
    const limits = [unsigned(minimum), maximum === undefined ? [] : unsigned(maximum)];
    this.#imports.push([text(module), text(name), KINDS.memory, flags, limits]);
  }

  /** `label` is what profilers and stack traces show. */
  importFunction<const Parameters extends ParameterTypes, const Result extends ResultType>(
    module: string,
    name: string,
    parameters: Parameters,
    result: Result,
    label = name,
  ): Callable<Parameters, Result> {
    this.#imports.push([text(module), text(name), KINDS.function, unsigned(this.#type(parameters, result))]);
    const position = this.#importedFunctions.push(label) - 1;
    return { name: label, parameters, result, index: () => position };
  }

  /**
   * Adds a function; `body` writes its statements and gives the code of the value that it returns, if any. Functions may
   * have the same name.
   */
  define<const Parameters extends ParameterTypes, Value extends Code<ValueType> | void>(
    name: string,
    parameters: Parameters,
    body: (f: FunctionBuilder, parameters: NamedParameters<Parameters>) => Value,
  ): Callable<Parameters, ResultOf<Value>> {
    const f = new FunctionBuilder(flatTypes(parameters).length);
    const value = body(f, parametersOf(parameters));
    // The type of the value is in the code that `body` gives, and nowhere else.
    const result = (value?.result ?? 'void') as ResultOf<Value>;
    const type = this.#type(parameters, result);
    const position = this.#functions.push({ name, parameters, type, body: f.finish(value ?? undefined) }) - 1;
    return { name, parameters, result, index: () => this.#importedFunctions.length + position };
  }

  export(callable: Callable, name = callable.name): void {
    this.#exports.push([text(name), KINDS.function, () => unsigned(callable.index())]);
  }

  build(): OwnBytes {
    return Uint8Array.from(
      flatten([
        HEADER,
        section(SECTIONS.types, list(this.#types.map((type) => [...type].map((code) => code.charCodeAt(0))))),
        section(SECTIONS.imports, list(this.#imports)),
        section(SECTIONS.functions, list(this.#functions.map(({ type }) => unsigned(type)))),
        section(SECTIONS.exports, list(this.#exports)),
        section(SECTIONS.code, list(this.#functions.map(({ body }) => sized(body)))),
        section(SECTIONS.custom, this.#names()),
      ]),
    );
  }

  #type(parameters: ParameterTypes, result: ResultType): number {
    const results = result === 'void' ? [] : [result];
    const types = (values: readonly ValueType[]) => list(values.map((value) => [VALUE_TYPES[value]]));
    const type = String.fromCharCode(...flatten([FUNCTION_TYPE, types(flatTypes(parameters)), types(results)]));
    const known = this.#types.indexOf(type);
    return known >= 0 ? known : this.#types.push(type) - 1;
  }

  /** The name section: of functions, and of the parameters of those that are defined here. */
  #names(): Bytes {
    const functions = [...this.#importedFunctions, ...this.#functions.map(({ name }) => name)];
    const locals = this.#functions.map(({ parameters }, i): Bytes => {
      const index = this.#importedFunctions.length + i;
      return [unsigned(index), nameMap(flatNames(parameters))];
    });
    return [text('name'), section(NAMES.functions, nameMap(functions)), section(NAMES.locals, list(locals))];
  }
}

function nameMap(names: readonly string[]): Bytes {
  return list(names.map((name, index) => [unsigned(index), text(shortened(name))]));
}

/** Kernels that fuse many layers have long labels. */
function shortened(name: string): string {
  return name.length > mostCharacters ? `${name.slice(0, mostCharacters - 1)}…` : name;
}

function flatTypes(parameters: ParameterTypes): readonly ValueType[] {
  return Object.values(parameters).flat();
}

function flatNames(parameters: ParameterTypes): string[] {
  return Object.entries(parameters).flatMap(([name, types]) =>
    typeof types === 'string' ? name : types.map((_, i) => `${name}${i}`),
  );
}

function section(id: number, content: Bytes): Bytes {
  return [id, sized(content)];
}
