import type { Tensor } from '../graph/tensor.js';
import type { DType } from '../tensor/dtype.js';
import type { LoopProgram } from '../loops/loop-program.js';

/** A block of memory that a program reads or writes. */
export interface Storage {
  readonly dtype: DType;
  /** In elements. */
  readonly size: number;
  readonly place:
    /** Bytes from the start of the scratch arena, a multiple of 64. */
    | { readonly kind: 'arena'; readonly offset: number }
    /** A buffer that is given at each run. */
    | { readonly kind: 'bound'; readonly index: number };
}

/** One call of the device: loop programs that share their inputs and outputs. */
export interface Kernel {
  readonly loops: readonly {
    readonly program: LoopProgram;
    /** Storage of each of the program's buffers. */
    readonly storages: readonly number[];
  }[];
  /** The same work as graph nodes, inputs before users; the reference backend runs these. */
  readonly nodes: readonly Tensor[];
  /** Stored nodes that `nodes` read, with their storage. */
  readonly reads: readonly { readonly node: Tensor; readonly storage: number }[];
  /** Nodes whose values are stored. */
  readonly writes: readonly { readonly node: Tensor; readonly storage: number }[];
  /** What it computes, for printing and profiles. */
  readonly label: string;
}

/** What a backend compiles: kernels in order over planned memory. */
export interface Program {
  readonly storages: readonly Storage[];
  readonly kernels: readonly Kernel[];
  readonly arenaBytes: number;
}

/** Bytes of an element in device memory, where booleans take four bytes so that they line up with the numbers they mask. */
export function storageBytes(dtype: DType): number {
  return dtype === 'float64' ? 8 : 4;
}
