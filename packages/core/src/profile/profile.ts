import { chromeTrace, type ChromeTrace } from './chrome-trace.js';
import { timed, type KernelProfile, type Timed } from './kernel-profile.js';
import { profileTable } from './profile-table.js';

/** What comes from one layer. */
export interface LayerProfile extends Timed {
  /** As in `KernelProfile`. */
  readonly layer: string;
  readonly kernels: number;
}

/** Where the time of a program goes: medians over several runs of the same program. */
export class Profile {
  /** All kernels together. */
  readonly total: Timed;

  /** `kernels` in the order in which they run. */
  constructor(readonly kernels: readonly KernelProfile[]) {
    this.total = totalOf(kernels);
  }

  /** The kernels of each layer together, slowest layer first. */
  byLayer(): LayerProfile[] {
    const groups = new Map<string, KernelProfile[]>();
    for (const kernel of this.kernels) groups.set(kernel.layer, [...(groups.get(kernel.layer) ?? []), kernel]);
    return [...groups]
      .map(([layer, kernels]) => ({ layer, kernels: kernels.length, ...totalOf(kernels) }))
      .sort(slowestFirst);
  }

  /** A table of the `top` slowest kernels (all if not given) with their share of the time, and a line for all together. */
  toTable({ top = this.kernels.length }: { readonly top?: number } = {}): string {
    return profileTable([...this.kernels].sort(slowestFirst).slice(0, top), this.total);
  }

  /** The kernels one after the other, as the JSON that chrome://tracing and https://ui.perfetto.dev open. */
  toChromeTrace(): ChromeTrace {
    return chromeTrace(this.kernels);
  }
}

function totalOf(parts: readonly Timed[]): Timed {
  const sum = (of: (part: Timed) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return timed(
    { flops: sum(({ flops }) => flops), bytes: sum(({ bytes }) => bytes) },
    sum(({ milliseconds }) => milliseconds),
  );
}

function slowestFirst(a: Timed, b: Timed): number {
  return b.milliseconds - a.milliseconds;
}
