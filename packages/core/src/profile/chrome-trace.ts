import type { KernelProfile } from './kernel-profile.js';

/** A complete event (`ph: 'X'`) of the trace event format; times in microseconds. */
export interface ChromeTraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X';
  readonly ts: number;
  readonly dur: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number>>;
}

/** The object form of the trace event format. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeTraceEvent[];
  readonly displayTimeUnit: 'ms' | 'ns';
}

/** Kernels one after the other, without the gaps that there may be between them. */
export function chromeTrace(kernels: readonly KernelProfile[]): ChromeTrace {
  // Whole nanoseconds, so that no event overlaps the next.
  let end = 0;
  const traceEvents = kernels.map(({ label, kind, milliseconds, ...args }): ChromeTraceEvent => {
    const start = end;
    const duration = Math.round(milliseconds * 1e6);
    end += duration;
    return { name: label, cat: kind, ph: 'X', ts: start / 1e3, dur: duration / 1e3, pid: 1, tid: 1, args };
  });
  return { traceEvents, displayTimeUnit: 'ms' };
}
