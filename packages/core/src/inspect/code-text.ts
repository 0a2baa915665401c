import type { Backend } from '../backend/backend.js';
import type { Program } from '../compiler/program.js';

/** The code that a backend generates for each kernel, if it shows it. */
export async function codeText(backend: Backend, program: Program): Promise<string> {
  if (!backend.render) return `The backend '${backend.name}' shows no code.`;
  const kernels = await backend.render(program);
  return kernels
    .map(({ kernel, language, text }, number) => `kernel ${number} (${kernel}), ${language}\n${text.trimEnd()}`)
    .join('\n\n');
}
