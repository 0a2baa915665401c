import { flatten, unsigned, type Bytes } from '../assembler/bytes.js';
import { INSTRUCTIONS, type Immediate } from '../assembler/instructions.js';
import { ATOMICS, LANES, LOADS, OPERATIONS, STORES, type Operation } from '../assembler/operations.js';
import type { ByteReader } from './byte-reader.js';

export interface TableEntry {
  readonly name: string;
  /** Values that it takes from the stack, and that it leaves there. */
  readonly operands: number;
  readonly results: number;
  readonly immediate?: Immediate | 'memory' | 'lane';
}

/** The instructions that the assembler writes, found by their opcodes in the tables that it writes them from. */
export class InstructionTable {
  readonly #entries = new Map<string, TableEntry>();

  constructor() {
    this.#addOperations(OPERATIONS);
    this.#addOperations({ ...LOADS, ...STORES, ...ATOMICS }, 'memory');
    this.#addOperations(LANES, 'lane');
    for (const [name, { code, ...instruction }] of Object.entries(INSTRUCTIONS))
      this.#add(code, { name, ...instruction });
  }

  /** Reads an opcode. */
  read(reader: ByteReader): TableEntry {
    const first = reader.byte();
    const key = (first >= 0xfc ? [first, ...unsigned(reader.unsigned())] : [first]).join();
    const entry = this.#entries.get(key);
    if (!entry) throw new Error(`disassembler: there is no instruction of opcode ${key}`);
    return entry;
  }

  #addOperations(operations: Readonly<Record<string, Operation>>, immediate?: 'memory' | 'lane'): void {
    for (const [name, { code, operands, result }] of Object.entries(operations)) {
      const results = result === 'void' ? 0 : 1;
      this.#add(code, { name, operands: operands.length, results, ...(immediate && { immediate }) });
    }
  }

  #add(code: Bytes, entry: TableEntry): void {
    this.#entries.set(flatten(code).join(), entry);
  }
}
