import { AdjointError, type TypedArray } from '@adjoint/core';
import { convertElements, readElements, storageBytes, writeElements } from '@adjoint/core/backend';
import { hostMath } from '../math/host-math.js';
import { namespace } from '../program/function-library.js';
import { headerStart, magic, pageBytes, type Header, type Port } from './format.js';

/** More than a program has steps. */
const allSteps = 2 ** 30;

/** A model that `compileStandalone` has made a file of. */
export interface StandaloneModel {
  /** Names, element types and shapes, the examples of one run first. */
  readonly inputs: readonly Omit<Port, 'address'>[];
  readonly outputs: readonly Omit<Port, 'address'>[];
  /**
   * The outputs for an array of elements for each input: as many examples as one run has, or fewer, whose outputs come
   * first. Elements are converted to the input's type.
   * @throws AdjointError `SHAPE_MISMATCH` if an array holds no whole number of examples, or more than one run's
   */
  predict(...inputs: readonly ArrayLike<number>[]): TypedArray[];
}

/**
 * The model of a file, on memory of its own.
 * @throws AdjointError `FILE_INVALID` for another file; `BACKEND_MISSING` where WebAssembly or its SIMD is not to be had
 */
export async function loadStandalone(file: Uint8Array | ArrayBuffer): Promise<StandaloneModel> {
  const { header, piece } = read(file instanceof Uint8Array ? file : new Uint8Array(file));
  const { pages, modules, blocks, program, inputs, outputs } = header;
  const functions: Record<string, WebAssembly.ExportValue> = {};
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    for (const { bytes, names } of modules) {
      const imports = { env: { memory }, [namespace]: functions, ...hostMath };
      const { instance } = await WebAssembly.instantiate(piece(bytes), imports);
      for (const name of names) functions[name] = instance.exports[name]!;
    }
  } catch (cause) {
    throw new AdjointError(
      'BACKEND_MISSING',
      `loadStandalone: this engine does not run the model (${String(cause)}). It needs WebAssembly with SIMD, and ${pages} pages of memory.`,
      { cause },
    );
  }
  const { buffer } = memory;
  for (const { address, bytes } of blocks) new Uint8Array(buffer, address, bytes).set(piece(bytes));
  const run = functions[program] as (thread: number, threads: number, first: number, end: number) => void;

  return {
    inputs: inputs.map(withoutAddress),
    outputs: outputs.map(withoutAddress),
    predict(...given) {
      if (given.length !== inputs.length) throw unfit(`${given.length} inputs`, `${inputs.length}`);
      const elements = given.map((array, i) => convertElements(array, inputs[i]!.dtype));
      const counts = elements.map(({ length }, i) => examplesIn(length, inputs[i]!));
      const [examples = 0] = counts;
      if (counts.some((count) => count !== examples))
        throw unfit(`${counts.join(' and ')} examples`, 'as many of each');
      inputs.forEach(({ address }, i) => {
        if (address !== undefined) writeElements(buffer, address, elements[i]!);
      });
      run(0, 1, 0, allSteps);
      return outputs.map(({ address = 0, ...port }) =>
        readElements(buffer, port.dtype, address, examples * elementsOf(port)),
      );
    },
  };
}

export type { Port } from './format.js';

function withoutAddress({ name, dtype, shape }: Port): Omit<Port, 'address'> {
  return { name, dtype, shape };
}

/** Elements of one example. */
function elementsOf({ shape }: Pick<Port, 'shape'>): number {
  return shape.slice(1).reduce((product, extent) => product * extent, 1);
}

/** How many examples of an input so many elements are. */
function examplesIn(length: number, port: Port): number {
  const examples = length / elementsOf(port);
  const [most = 0] = port.shape;
  if (Number.isInteger(examples) && examples <= most) return examples;
  throw unfit(`${length} elements of '${port.name}'`, `at most ${most} examples of ${elementsOf(port)} elements each`);
}

function unfit(found: string, expected: string): AdjointError {
  return new AdjointError('SHAPE_MISMATCH', `predict: found ${found}; this model takes ${expected}.`);
}

function isWithinMemory({ pages, blocks, inputs, outputs }: Header): boolean {
  const ports = [...inputs, ...outputs].map(({ address = 0, shape, dtype }) => ({
    address,
    bytes: shape.reduce((product, extent) => product * extent, storageBytes(dtype)),
  }));
  return [...blocks, ...ports].every(
    ({ address, bytes }) => address >= 0 && bytes >= 0 && address % 4 === 0 && address + bytes <= pages * pageBytes,
  );
}

/** The header, and a function that gives the bytes behind it piece by piece. */
function read(file: Uint8Array): { header: Header; piece(bytes: number): Uint8Array<ArrayBuffer> } {
  const invalid = (found: string, cause?: unknown): AdjointError =>
    new AdjointError('FILE_INVALID', `loadStandalone: found ${found}; pass what compileStandalone made.`, { cause });
  const decoder = new TextDecoder();
  if (decoder.decode(file.subarray(0, magic.length)) !== magic || file.length < headerStart)
    throw invalid('a file of another kind');
  const end = headerStart + new DataView(file.buffer, file.byteOffset).getUint32(magic.length, true);
  let header: Header;
  try {
    header = JSON.parse(decoder.decode(file.subarray(headerStart, end))) as Header;
    const pieces = [...header.modules, ...header.blocks].reduce((sum, { bytes }) => sum + bytes, 0);
    if (end + pieces !== file.length) throw invalid(`${file.length} bytes instead of ${end + pieces}`);
    if (!isWithinMemory(header)) throw invalid('addresses beyond the memory');
  } catch (cause) {
    throw cause instanceof AdjointError ? cause : invalid('a header that cannot be read', cause);
  }
  let offset = end;
  return {
    header,
    piece(bytes) {
      offset += bytes;
      return file.slice(offset - bytes, offset);
    },
  };
}
