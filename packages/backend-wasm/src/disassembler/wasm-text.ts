import { functionText, signature } from './function-text.js';
import { InstructionTable } from './instruction-table.js';
import { format } from './nodes.js';
import { readModule } from './read-module.js';

export interface FunctionText {
  /** Its name in the text, which begins with $. */
  readonly id: string;
  readonly text: string;
}

/**
 * The text format (WebAssembly core specification, chapter 6) of a module that this backend generated. Operands stand
 * inside the instructions that take them.
 */
export function wasmText(bytes: Uint8Array): string {
  const { memory, functions } = readModule(bytes);
  const lines = [
    ...(memory ? [`(import ${quoted(memory.import)} (memory ${memory.limits}))`] : []),
    ...functions.flatMap((fn) =>
      fn.import ? [format({ head: `import ${quoted(fn.import)}`, items: [signature(fn)] })] : [],
    ),
    ...functionTexts(bytes).flatMap((fn) => fn?.text ?? []),
  ];
  return `(module${lines.map((line) => `\n  ${line.replaceAll('\n', '\n  ')}`).join('')})\n`;
}

/** The text of each function of a module, by its index; undefined for those that are imported. */
export function functionTexts(bytes: Uint8Array): (FunctionText | undefined)[] {
  const module = readModule(bytes);
  const table = new InstructionTable();
  return module.functions.map((fn) => (fn.body ? { id: fn.id, text: functionText(module, fn, table) } : undefined));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' ');
}
