import { ModuleBuilder } from '../../src/assembler/index.js';

/** Builds a module with one page (or more) of memory and exports everything that `fill` defines by `export`. */
export function instantiate(
  fill: (module: ModuleBuilder) => void,
  { pages = 1, imports = {} }: { readonly pages?: number; readonly imports?: WebAssembly.ModuleImports } = {},
): {
  readonly memory: WebAssembly.Memory;
  readonly run: Readonly<Record<string, (...operands: (number | bigint)[]) => number>>;
} {
  const module = new ModuleBuilder();
  module.importMemory('env', 'memory', { minimum: pages });
  fill(module);
  const memory = new WebAssembly.Memory({ initial: pages });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.build()), { env: { memory }, host: imports });
  return { memory, run: instance.exports as Record<string, (...operands: (number | bigint)[]) => number> };
}
