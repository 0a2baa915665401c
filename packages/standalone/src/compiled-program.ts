import {
  AdjointError,
  joinBytes,
  type Composition,
  type DType,
  type HostTensor,
  type OwnBytes,
  type Shape,
} from '@adjoint/core';
import { storageBytes } from '@adjoint/core/backend';

/** Of memory. */
export const pageBytes = 1 << 16;

/** Where an output lies in memory. */
export interface OutputPlace {
  readonly address: number;
  readonly dtype: DType;
  /** Of one example. */
  readonly shape: Shape;
}

/** What memory holds at the start: bytes that come with the code, or a weight of the model. */
export interface Block {
  readonly address: number;
  readonly bytes: number;
  readonly weight?: string;
}

/** What is known of a model's code; its modules, and blocks that are no weights, follow behind it in the file. */
export interface CompiledProgram {
  /** Examples of one run. */
  readonly examples: number;
  /** How much memory it takes. */
  readonly pages: number;
  /** In the order in which they are instantiated: lengths in bytes, and names of functions that later ones import. */
  readonly modules: readonly { readonly bytes: number; readonly names: readonly string[] }[];
  readonly blocks: readonly Block[];
  /** The name of the function that computes the outputs. */
  readonly run: string;
  /** Addresses of the inputs; null for one that no output depends on. */
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly OutputPlace[];
  /** What the first output is on the way to probabilities, where its end shows it. */
  readonly scale?: 'logits' | 'logProbabilities' | 'probabilities';
}

/** A program and the pieces that follow it as a tensor: the length of its JSON as a word, the JSON, and the pieces. */
export function encodeProgram(program: CompiledProgram, pieces: readonly Uint8Array[]): HostTensor {
  const text = new TextEncoder().encode(JSON.stringify(program));
  const bytes = joinBytes([new Uint8Array(Uint32Array.of(text.length).buffer), text, ...pieces]);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return { data: words, shape: [words.length], dtype: 'int32' };
}

/**
 * The program in a tensor, for inputs of these types, and a function that gives the bytes behind it piece by piece.
 * @throws AdjointError `FILE_INVALID` for anything that `encodeProgram` did not make; the error names `source`
 */
export function decodeProgram(
  { data }: HostTensor,
  types: Composition['inputs'],
  source: string,
): { readonly program: CompiledProgram; piece(length: number): OwnBytes } {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const invalid = (found: string, cause?: unknown): AdjointError =>
    new AdjointError('FILE_INVALID', `${source}: found code with ${found}; make the file anew by compileStandalone.`, {
      cause,
    });
  let program: CompiledProgram;
  let offset = 4 + (data[0] ?? 0);
  try {
    program = JSON.parse(new TextDecoder().decode(bytes.subarray(4, offset))) as CompiledProgram;
    const kept = program.blocks.filter(({ weight }) => weight === undefined);
    const pieces = [...program.modules, ...kept].reduce((sum, { bytes: length }) => sum + length, 0);
    if (Math.ceil((offset + pieces) / 4) !== data.length) throw invalid('something missing');
    if (!isWithinMemory(program, types)) throw invalid('addresses beyond its memory');
  } catch (cause) {
    throw cause instanceof AdjointError ? cause : invalid('a beginning that cannot be read', cause);
  }
  return {
    program,
    piece(length) {
      offset += length;
      return bytes.slice(offset - length, offset);
    },
  };
}

function isWithinMemory(
  { pages, examples, blocks, inputs, outputs }: CompiledProgram,
  types: Composition['inputs'],
): boolean {
  const ports = [...outputs, ...inputs.flatMap((address, i) => (address === null ? [] : [{ ...types[i]!, address }]))];
  const places = ports.map(({ address, shape, dtype }) => ({
    address,
    bytes: shape.reduce<number>((product, extent) => product * (extent ?? NaN), examples * storageBytes(dtype)),
  }));
  return [...blocks, ...places].every(
    ({ address, bytes }) => address >= 0 && bytes >= 0 && address % 4 === 0 && address + bytes <= pages * pageBytes,
  );
}
