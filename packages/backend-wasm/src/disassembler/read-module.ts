import { KINDS, NAMES, SECTIONS } from '../assembler/module-builder.js';
import { VALUE_TYPES, type ValueType } from '../assembler/operations.js';
import { ByteReader } from './byte-reader.js';

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** A function as text shows it. Those without `body` are imported. */
export interface ReadFunction {
  /** An identifier of the text format, unique in the module. */
  readonly id: string;
  readonly type: FunctionType;
  readonly import?: readonly [module: string, name: string];
  readonly exports: readonly string[];
  /** Identifiers of its parameters. */
  readonly parameters: readonly string[];
  /** Its local variables and statements. */
  readonly body?: Uint8Array;
}

export interface ReadModule {
  readonly memory?: { readonly import: readonly [module: string, name: string]; readonly limits: string };
  readonly functions: readonly ReadFunction[];
}

const typeNames = new Map(Object.entries(VALUE_TYPES).map(([name, code]) => [code, name as ValueType]));

export function typeOfCode(code: number): ValueType {
  return typeNames.get(code as (typeof VALUE_TYPES)[ValueType])!;
}

/** Reads what ModuleBuilder writes. */
export function readModule(bytes: Uint8Array): ReadModule {
  const sections = sectionsOf(new ByteReader(bytes.subarray(8)));
  const open = (id: number): ByteReader => sections.get(id) ?? new ByteReader(Uint8Array.of(0));
  const types = readTypes(open(SECTIONS.types));
  const { memory, imported } = readImports(open(SECTIONS.imports));
  const defined = readList(open(SECTIONS.functions), (reader) => reader.unsigned());
  const exports = readExports(open(SECTIONS.exports));
  const bodies = readList(open(SECTIONS.code), (reader) => reader.sized().bytes);
  const names = readNames(sections.get(SECTIONS.custom));
  const ids = uniqueIds([...imported, ...defined].map((_, index) => names.functions.get(index) ?? `function${index}`));
  const functions = [...imported.map(({ type }) => type), ...defined].map((type, index): ReadFunction => {
    const { parameters } = types[type]!;
    const own = names.locals.get(index);
    const body = bodies[index - imported.length];
    const source = imported[index]?.import;
    return {
      id: ids[index]!,
      type: types[type]!,
      exports: exports.flatMap(({ name, index: exported }) => (exported === index ? [name] : [])),
      parameters: parameters.map((_, i) => `$${own?.get(i) ?? i}`),
      ...(source && { import: source }),
      ...(body && { body }),
    };
  });
  return { ...(memory && { memory }), functions };
}

function sectionsOf(reader: ByteReader): Map<number, ByteReader> {
  const sections = new Map<number, ByteReader>();
  while (!reader.isAtEnd) {
    const id = reader.byte();
    sections.set(id, reader.sized());
  }
  return sections;
}

function readList<Item>(reader: ByteReader, read: (reader: ByteReader) => Item): Item[] {
  return reader.list(() => read(reader));
}

function readTypes(section: ByteReader): FunctionType[] {
  return readList(section, (reader) => {
    reader.byte();
    const types = (): ValueType[] => reader.list(() => typeOfCode(reader.byte()));
    return { parameters: types(), results: types() };
  });
}

function readImports(section: ByteReader) {
  const imports = readList(section, (reader) => {
    const source = [reader.text(), reader.text()] as const;
    if (reader.byte() === KINDS.function) return { kind: 'function', import: source, type: reader.unsigned() } as const;
    const flags = reader.byte();
    const limits = [reader.unsigned(), ...(flags & 1 ? [reader.unsigned()] : []), ...(flags & 2 ? ['shared'] : [])];
    return { kind: 'memory', import: source, limits: limits.join(' ') } as const;
  });
  return {
    memory: imports.find((each) => each.kind === 'memory'),
    imported: imports.filter((each) => each.kind === 'function'),
  };
}

function readExports(section: ByteReader): { readonly name: string; readonly index: number }[] {
  return readList(section, (reader) => {
    const name = reader.text();
    reader.byte();
    return { name, index: reader.unsigned() };
  });
}

function readNames(section: ByteReader | undefined) {
  const functions = new Map<number, string>();
  const locals = new Map<number, ReadonlyMap<number, string>>();
  section?.text();
  const readMap = (reader: ByteReader): Map<number, string> =>
    new Map(readList(reader, () => [reader.unsigned(), reader.text()] as const));
  for (const [id, part] of section ? sectionsOf(section) : []) {
    if (id === NAMES.functions) readMap(part).forEach((name, index) => functions.set(index, name));
    if (id === NAMES.locals) readList(part, (reader) => locals.set(reader.unsigned(), readMap(reader)));
  }
  return { functions, locals };
}

/** Identifiers of the text format, which knows no spaces; equal names are told apart by a number. */
function uniqueIds(names: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const id = `$${name.replaceAll(/[^\w!#$%&'*+\-./:<=>?@\\^`|~]/g, '_')}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? id : `${id}#${count}`;
  });
}
