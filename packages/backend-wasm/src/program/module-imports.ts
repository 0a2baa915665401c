import { hostMath } from '../math/host-math.js';

/** Where generated modules import functions of other generated modules from. */
export const namespace = 'functions';

/** What a generated module imports: its memory, `functions` of earlier modules, and mathematics of float64. */
export function moduleImports(
  memory: WebAssembly.Memory,
  functions: Readonly<Record<string, WebAssembly.ExportValue>>,
): WebAssembly.Imports {
  return { env: { memory }, [namespace]: functions, ...hostMath };
}
