import { hostMath } from '../math/host-math.js';

/** Where generated modules import functions of other generated modules from. */
export const namespace = 'functions';

/**
 * What a generated module imports: its memory, `functions` of earlier modules, and mathematics of float64. The types are
 * free of those of WebAssembly, which only the DOM has.
 */
export function moduleImports<Memory, Value>(
  memory: Memory,
  functions: Readonly<Record<string, Value>>,
): { env: { memory: Memory }; [namespace]: Readonly<Record<string, Value>> } & typeof hostMath {
  return { env: { memory }, [namespace]: functions, ...hostMath };
}
