import { AdjointError, type DType, type HostTensor, type OwnBytes, type Shape } from '@adjoint/core';
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
  const all = [new Uint8Array(Uint32Array.of(text.length).buffer), text, ...pieces];
  const words = new Int32Array(Math.ceil(all.reduce((sum, { length }) => sum + length, 0) / 4));
  const bytes = new Uint8Array(words.buffer);
  let offset = 0;
  for (const piece of all) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return { data: words, shape: [words.length], dtype: 'int32' };
}

/**
 * The program in a tensor, and a function that gives the bytes behind it piece by piece.
 * @throws AdjointError `FILE_INVALID` for anything that `encodeProgram` did not make; the error names `source`
 */
export function decodeProgram(
  { data }: HostTensor,
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
    if (!isWithinMemory(program)) throw invalid('addresses beyond its memory');
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

function isWithinMemory({ pages, examples, blocks, outputs }: CompiledProgram): boolean {
  const places = outputs.map(({ address, shape, dtype }) => ({
    address,
    bytes: shape.reduce((product, extent) => product * extent, examples * storageBytes(dtype)),
  }));
  return [...blocks, ...places].every(
    ({ address, bytes }) => address >= 0 && bytes >= 0 && address % 4 === 0 && address + bytes <= pages * pageBytes,
  );
}
