import { ByteReader } from './byte-reader.js';
import { floatText, vectorText } from './constants.js';
import type { InstructionTable, TableEntry } from './instruction-table.js';
import { format, type Node } from './nodes.js';
import { typeOfCode, type ReadFunction, type ReadModule } from './read-module.js';

/** The text of a function that has a body. */
export function functionText({ functions }: ReadModule, fn: ReadFunction, table: InstructionTable): string {
  const reader = new ByteReader(fn.body!);
  const locals = reader.list(() => {
    const count = reader.unsigned();
    const type = typeOfCode(reader.byte());
    return new Array<string>(count).fill(type);
  });
  const statements = new BodyReader(reader, functions, fn, table).read();
  const { head, items } = signature(fn);
  const variables = locals.length > 0 ? [leaf(`local ${locals.flat().join(' ')}`)] : [];
  return format({ head, items: [...items, ...variables, ...statements], linesFrom: items.length });
}

/** The name and type of a function. */
export function signature({ id, exports, parameters, type }: ReadFunction): Node {
  return {
    head: `func ${id}`,
    items: [
      ...exports.map((name) => leaf(`export "${name}"`)),
      ...type.parameters.map((parameter, i) => leaf(`param ${parameters[i]!} ${parameter}`)),
      ...type.results.map((result) => leaf(`result ${result}`)),
    ],
  };
}

function leaf(head: string): Node {
  return { head, items: [] };
}

/** Reads the statements of a function; an operand stands inside what takes it. */
class BodyReader {
  #depth = 0;
  /** Of the blocks that are open: whether a branch names them. */
  readonly #isTarget: boolean[] = [];

  constructor(
    readonly reader: ByteReader,
    readonly functions: readonly ReadFunction[],
    readonly own: ReadFunction,
    readonly table: InstructionTable,
  ) {}

  read(): Node[] {
    return this.#statements().list;
  }

  /** Reads to the end of a block, or to its `else`. */
  #statements(): { readonly list: Node[]; readonly end: string } {
    const list: Node[] = [];
    for (;;) {
      const instruction = this.table.read(this.reader);
      const { name } = instruction;
      if (name === 'end' || name === 'else') return { list, end: name };
      if (name === 'block' || name === 'loop') list.push(this.#block(name, () => this.#statements().list, 0));
      else if (name === 'if') list.push(this.#if(list.pop()!));
      // Values that have not been taken yet stand on the stack, and at the end of the list.
      else list.push(this.#plain(instruction, list));
    }
  }

  /** A label is shown only if there are branches to it. */
  #block(name: string, items: () => Node[], linesFrom: number): Node {
    this.reader.byte();
    const depth = this.#depth++;
    this.#isTarget[depth] = false;
    const inside = items();
    this.#depth--;
    return { head: this.#isTarget[depth] ? `${name} $l${depth}` : name, items: inside, linesFrom };
  }

  #if(condition: Node): Node {
    const items = (): Node[] => {
      const then = this.#statements();
      const branches = [{ head: 'then', items: then.list, linesFrom: 0 }];
      if (then.end === 'else') branches.push({ head: 'else', items: this.#statements().list, linesFrom: 0 });
      return [condition, ...branches];
    };
    return this.#block('if', items, 1);
  }

  #plain(instruction: TableEntry, stack: Node[]): Node {
    const { name } = instruction;
    if (name === 'call') {
      const { id, type } = this.functions[this.reader.unsigned()]!;
      return { head: `call ${id}`, items: take(stack, type.parameters.length) };
    }
    const operands = name === 'return' ? this.own.type.results.length : instruction.operands;
    return { head: `${name}${this.#immediate(instruction)}`, items: take(stack, operands) };
  }

  #immediate({ immediate }: TableEntry): string {
    const { reader } = this;
    switch (immediate) {
      case undefined:
        return '';
      case 'memory': {
        // The alignment is a hint.
        reader.unsigned();
        const offset = reader.unsigned();
        return offset === 0 ? '' : ` offset=${offset}`;
      }
      case 'label': {
        const depth = this.#depth - 1 - reader.unsigned();
        this.#isTarget[depth] = true;
        return ` $l${depth}`;
      }
      case 'local': {
        const index = reader.unsigned();
        return ` ${this.own.parameters[index] ?? index}`;
      }
      case 'lane':
        return ` ${reader.byte()}`;
      case 'i32':
      case 'i64':
        return ` ${reader.signed()}`;
      case 'f32':
        return ` ${floatText(reader.take(4))}`;
      case 'f64':
        return ` ${floatText(reader.take(8))}`;
      case 'v128':
        return ` ${vectorText(reader.take(16))}`;
      case 'bytes':
        return ` ${reader.take(16).join(' ')}`;
      default:
        throw new Error(`disassembler: ${immediate} is not read here`);
    }
  }
}

function take(stack: Node[], count: number): Node[] {
  return count === 0 ? [] : stack.splice(-count);
}
