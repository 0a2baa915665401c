import type { Kernel, Origin, Repeat, Storage } from '../compiler/program.js';
import { workOf, type Work } from './work.js';

/** A time with the work that was done in it. */
export interface Timed extends Work {
  readonly milliseconds: number;
  /** 10⁹ operations in a second; 0 where the clock saw no time. */
  readonly gflops: number;
  /** 10⁹ bytes in a second; 0 where the clock saw no time. */
  readonly gigabytesPerSecond: number;
}

/** One kernel of a program. */
export interface KernelProfile extends Timed, Origin {
  /** The layers it comes from, and what it computes. */
  readonly label: string;
}

export function profileKernel(
  kernel: Kernel | Repeat,
  storages: readonly Storage[],
  milliseconds: number,
): KernelProfile {
  return {
    label: kernel.label,
    ...kernel.origin,
    ...timed(workOf(kernel, storages), milliseconds),
  };
}

export function timed({ flops, bytes }: Work, milliseconds: number): Timed {
  const perSecond = (amount: number): number => (milliseconds > 0 ? amount / milliseconds / 1e6 : 0);
  return { milliseconds, flops, bytes, gflops: perSecond(flops), gigabytesPerSecond: perSecond(bytes) };
}
