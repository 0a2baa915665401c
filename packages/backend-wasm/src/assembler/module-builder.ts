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

/** Collects the parts of a module and encodes it (WebAssembly core specification, chapter 5). */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #imports: Bytes[] = [];
  readonly #importedFunctions: string[] = [];
  readonly #functions: { readonly name: string; readonly type: number; readonly body: Bytes }[] = [];
  readonly #exports: Bytes[] = [];

  /** The memory that all loads and stores go to. At most one. */
  importMemory(module: string, name: string, { minimum, maximum, shared }: MemoryLimits): void {
    const flags = (maximum === undefined ? 0 : 1) | (shared ? 2 : 0);
    this.#imports.push([
      text(module),
      text(name),
      0x02,
      flags,
      unsigned(minimum),
      maximum === undefined ? [] : unsigned(maximum),
    ]);
  }

  /** `label` is what profilers and stack traces show. */
  importFunction<const Parameters extends ParameterTypes, const Result extends ResultType>(
    module: string,
    name: string,
    parameters: Parameters,
    result: Result,
    label = name,
  ): Callable<Parameters, Result> {
    this.#imports.push([text(module), text(name), 0x00, unsigned(this.#type(parameters, result))]);
    const position = this.#importedFunctions.push(label) - 1;
    return { name: label, parameters, result, index: () => position };
  }

  /** Adds a function; `body` writes its statements and gives the code of the value that it returns, if any. */
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
    const position = this.#functions.push({ name, type, body: f.finish(value ?? undefined) }) - 1;
    return { name, parameters, result, index: () => this.#importedFunctions.length + position };
  }

  export(callable: Callable, name = callable.name): void {
    this.#exports.push([text(name), 0x00, () => unsigned(callable.index())]);
  }

  build(): Uint8Array<ArrayBuffer> {
    const names = [...this.#importedFunctions, ...this.#functions.map(({ name }) => name)];
    return Uint8Array.from(
      flatten([
        [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
        section(1, list(this.#types.map((type) => [...type].map((code) => code.charCodeAt(0))))),
        section(2, list(this.#imports)),
        section(3, list(this.#functions.map(({ type }) => unsigned(type)))),
        section(7, list(this.#exports)),
        section(10, list(this.#functions.map(({ body }) => sized(body)))),
        section(0, [text('name'), section(1, list(names.map((name, index) => [unsigned(index), text(name)])))]),
      ]),
    );
  }

  #type(parameters: ParameterTypes, result: ResultType): number {
    const results = result === 'void' ? [] : [result];
    const types = (values: readonly ValueType[]) => list(values.map((value) => [VALUE_TYPES[value]]));
    const type = String.fromCharCode(...flatten([0x60, types(flatTypes(parameters)), types(results)]));
    const known = this.#types.indexOf(type);
    return known >= 0 ? known : this.#types.push(type) - 1;
  }
}

function flatTypes(parameters: ParameterTypes): readonly ValueType[] {
  return Object.values(parameters).flat();
}

function section(id: number, content: Bytes): Bytes {
  return [id, sized(content)];
}
