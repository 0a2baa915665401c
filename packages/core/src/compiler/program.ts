import { inputPrimitive } from '../graph/primitives/input.js';
import { leaf } from '../graph/primitives/leaf.js';
import type { Tensor } from '../graph/tensor.js';
import type { DType } from '../tensor/dtype.js';
import type { LoopProgram } from '../loops/loop-program.js';

/** A block of memory that a program reads or writes. */
export interface Storage {
  readonly dtype: DType;
  /** In elements. */
  readonly size: number;
  readonly place:
    /** Bytes from the start of the scratch arena; a multiple of 64, but for parts that a `Repeat` walks along. */
    | { readonly kind: 'arena'; readonly offset: number }
    /** Bytes from the start of a buffer that is given at each run; 0, but for such parts. */
    | { readonly kind: 'bound'; readonly index: number; readonly offset: number };
}

/** What a kernel is at its core. */
export type KernelKind = 'contraction' | 'reduction' | 'scatter' | 'elementwise' | 'copy' | 'scan';

/** Where a kernel comes from, for profiles. */
export interface Origin {
  /**
   * The layer that most of the work comes from; a prime marks its gradient (`conv2d_2′`). Of a training step also
   * `loss`, `optimizer`, metrics and regularizers by name; empty if the kernel belongs to nothing with a name.
   */
  readonly layer: string;
  readonly kind: KernelKind;
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
  readonly origin: Origin;
}

/** Kernels that run several times over memory that moves along: a loop over time. */
export interface Repeat {
  readonly count: number;
  readonly kernels: readonly (Kernel | Repeat)[];
  /**
   * Storages whose address moves by so many bytes, perhaps backwards, after each iteration. Their first place is that of
   * the storage, to which they return when the repeat is done.
   */
  readonly advances: readonly { readonly storage: number; readonly bytes: number }[];
  /** The results of the loop as graph nodes. */
  readonly nodes: readonly Tensor[];
  /** As of a kernel; the storages hold all steps. */
  readonly reads: Kernel['reads'];
  readonly writes: Kernel['writes'];
  readonly label: string;
  readonly origin: Origin;
}

export function isRepeat(kernel: Kernel | Repeat): kernel is Repeat {
  return 'count' in kernel;
}

/** A kernel, or those of a repeat, in the order in which they first run. */
export function kernelsWithin(kernel: Kernel | Repeat): readonly Kernel[] {
  return isRepeat(kernel) ? kernel.kernels.flatMap(kernelsWithin) : [kernel];
}

/** What a backend compiles: kernels in order over planned memory. */
export interface Program {
  readonly storages: readonly Storage[];
  readonly kernels: readonly (Kernel | Repeat)[];
  readonly arenaBytes: number;
}

/** Bytes of an element in device memory, where booleans take four bytes so that they line up with the numbers they mask. */
export function storageBytes(dtype: DType): number {
  return dtype === 'float64' ? 8 : 4;
}

const nothing: readonly never[] = [];

/** A program as backends need it that compute loops: it does not keep the graph that it was compiled from. */
export function withoutNodes(program: Program): Program {
  return { ...program, kernels: program.kernels.map(kernelWithoutNodes) };
}

function kernelWithoutNodes(kernel: Kernel | Repeat): Kernel | Repeat {
  if (!isRepeat(kernel)) return { ...kernel, nodes: nothing, reads: nothing, writes: nothing };
  const typesOf = (stored: Kernel['reads']): Kernel['reads'] =>
    stored.map(({ node, storage }) => ({ node: leaf(inputPrimitive, node.type), storage }));
  return {
    ...kernel,
    kernels: kernel.kernels.map(kernelWithoutNodes),
    nodes: nothing,
    reads: typesOf(kernel.reads),
    writes: typesOf(kernel.writes),
  };
}
