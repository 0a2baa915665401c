import type { Program } from '../compiler/program.js';
import type { DType, TypedArray } from '../tensor/dtype.js';

/** A block of device memory. What it is, only its backend knows. */
export interface DeviceBuffer {
  readonly bytes: number;
}

/**
 * A device: memory, and a compiler for lowered programs. Everything above it is the same for all backends.
 * The contract is held by `testBackend` of `@adjoint/core/testing`.
 */
export interface Backend {
  readonly name: string;
  /** Whether it computes kernels by their loops alone. Programs are then handed to it without the nodes of the graph. */
  readonly computesLoops?: true;
  /** Zero-filled memory; `bytes` may be 0. */
  allocate(bytes: number): DeviceBuffer;
  release(buffer: DeviceBuffer): void;
  /** Copies a host array to the start of a buffer (bool elements take four bytes, see `storageBytes`). */
  write(buffer: DeviceBuffer, data: TypedArray): void;
  /** Copies `length` elements from `byteOffset` into a new host array. */
  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray | Promise<TypedArray>;
  /** Prepares a program; kernels that were compiled before should be found again. */
  compile(program: Program): Executable | Promise<Executable>;
  /** The code of each of a program's kernels as text, in order, for people to read. */
  render?(program: Program): readonly RenderedKernel[] | Promise<readonly RenderedKernel[]>;
  /** Frees everything; the backend is not used again. */
  close(): void;
}

/** The generated code of one kernel. */
export interface RenderedKernel {
  /** The kernel's label. */
  readonly kernel: string;
  /** What the text is written in, such as `c` or `wat`. */
  readonly language: string;
  readonly text: string;
}

export interface Executable {
  /** Runs the program over the shared arena (of at least `arenaBytes`) and the bound buffers, in the order of their index. */
  run(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): void | Promise<void>;
  /** Like run, but returns the milliseconds of each kernel, in order. */
  profile?(arena: DeviceBuffer, bound: readonly DeviceBuffer[]): number[] | Promise<number[]>;
  release(): void;
}
