import { coefficientOf, indexRange } from '../loops/index-expression.js';
import type { Index } from '../loops/loop-program.js';
import { operationsOf } from '../loops/operations.js';
import { storageBytes, type Kernel, type Repeat, type Storage } from '../compiler/program.js';
import { extentsOf, loadsOf } from '../loops/rewrite-expression.js';
import { sizeOf } from '../tensor/shape.js';

/** What a kernel has to do, however a backend does it. */
export interface Work {
  /** Arithmetic operations, see `operationsOf`. */
  readonly flops: number;
  /** Bytes of all elements that are read or written, each read and each write once: the traffic of an ideal cache. */
  readonly bytes: number;
}

/** Operations and memory traffic of a kernel over the storages of its program. */
export function workOf(
  kernel: Pick<Kernel, 'loops'> | Repeat,
  storages: readonly Pick<Storage, 'dtype' | 'size'>[],
): Work {
  if ('loops' in kernel) return workOfLoops(kernel, storages);
  const steps = kernel.kernels.map((inner) => workOf(inner, storages));
  const total = (of: (work: Work) => number): number => kernel.count * steps.reduce((sum, work) => sum + of(work), 0);
  return { flops: total(({ flops }) => flops), bytes: total(({ bytes }) => bytes) };
}

function workOfLoops({ loops }: Pick<Kernel, 'loops'>, storages: readonly Pick<Storage, 'dtype' | 'size'>[]): Work {
  const read = new Map<number, number>();
  const written = new Map<number, number>();
  let flops = 0;
  for (const { program, storages: own } of loops) {
    flops += operationsOf(program);
    const extents = extentsOf(program);
    const count = (into: Map<number, number>, buffer: number, index: Index, anywhere: boolean): void => {
      const storage = own[buffer]!;
      const { size } = storages[storage]!;
      const elements = anywhere ? Math.min(size, sizeOf(extents)) : touched(index, extents, size);
      into.set(storage, Math.min(size, (into.get(storage) ?? 0) + elements));
    };
    for (const { buffer, index, dynamic } of loadsOf(program)) count(read, buffer, index, dynamic !== undefined);
    for (const { buffer, index, scatter } of program.stores) count(written, buffer, index, scatter !== undefined);
  }
  const bytes = [...read, ...written].reduce(
    (sum, [storage, elements]) => sum + elements * storageBytes(storages[storage]!.dtype),
    0,
  );
  return { flops, bytes };
}

/** Upper bound on the distinct elements that an index reads over the nest; guards keep it within `size`. */
function touched(index: Index, extents: readonly number[], size: number): number {
  const [low, high] = indexRange(index, extents);
  const span = Math.floor(Math.min(high, size - 1)) - Math.ceil(Math.max(low, 0)) + 1;
  return Math.min(span, sizeOf(extents.filter((_, axis) => coefficientOf(index, axis) !== 0)));
}
