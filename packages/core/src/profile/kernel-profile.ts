import type { Kernel, Repeat, Storage } from '../compiler/program.js';
import type { Tensor } from '../graph/tensor.js';
import { workOf, type Work } from './work.js';

/** What a kernel is at its core. */
export type KernelKind = 'contraction' | 'reduction' | 'scatter' | 'elementwise' | 'copy' | 'scan';

/** A time with the work that was done in it. */
export interface Timed extends Work {
  readonly milliseconds: number;
  /** 10⁹ operations in a second; 0 where the clock saw no time. */
  readonly gflops: number;
  /** 10⁹ bytes in a second; 0 where the clock saw no time. */
  readonly gigabytesPerSecond: number;
}

/** One kernel of a program. */
export interface KernelProfile extends Timed {
  /** The layers it comes from, and what it computes. */
  readonly label: string;
  /**
   * The layer that most of the work comes from; a prime marks its gradient (`conv2d_2′`). Of a training step also
   * `loss`, `optimizer`, metrics and regularizers by name; empty if the kernel belongs to nothing with a name.
   */
  readonly layer: string;
  readonly kind: KernelKind;
}

export function profileKernel(
  kernel: Kernel | Repeat,
  storages: readonly Storage[],
  milliseconds: number,
): KernelProfile {
  return {
    label: kernel.label,
    ...originOf(kernel),
    ...timed(workOf(kernel, storages), milliseconds),
  };
}

export function timed({ flops, bytes }: Work, milliseconds: number): Timed {
  const perSecond = (amount: number): number => (milliseconds > 0 ? amount / milliseconds / 1e6 : 0);
  return { milliseconds, flops, bytes, gflops: perSecond(flops), gigabytesPerSecond: perSecond(bytes) };
}

/** A kernel has one reduction or scatter at most, and then that is its work; the rest is done along the way. */
function originOf({ nodes }: Kernel | Repeat): Pick<KernelProfile, 'layer' | 'kind'> {
  if (nodes.length === 0) return { layer: '', kind: 'copy' };
  const core = nodes.find(({ primitive }) => ['reduction', 'scatter', 'repeat'].includes(primitive.lowering.kind));
  const layer = core?.scope ?? mostFrequent(nodes.filter(computes).flatMap(({ scope }) => scope ?? [])) ?? '';
  const lowering = core?.primitive.lowering;
  if (lowering?.kind === 'repeat') return { layer, kind: 'scan' };
  if (lowering?.kind === 'scatter') return { layer, kind: 'scatter' };
  if (lowering?.kind === 'reduction') return { layer, kind: lowering.contraction ? 'contraction' : 'reduction' };
  return { layer, kind: 'elementwise' };
}

/** Neither a constant nor another view of the same values. */
function computes({ inputs, primitive }: Tensor): boolean {
  return inputs.length > 0 && !primitive.quiet;
}

/** The first of those that come most often. */
function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
