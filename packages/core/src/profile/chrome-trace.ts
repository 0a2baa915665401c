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
  let end = 0;
  const traceEvents = kernels.map(
    ({ label, layer, kind, milliseconds, flops, bytes, gflops, gigabytesPerSecond }): ChromeTraceEvent => {
      const ts = end;
      const dur = milliseconds * 1e3;
      end += dur;
      const args = { layer, flops, bytes, gflops, gigabytesPerSecond };
      return { name: label, cat: kind, ph: 'X', ts, dur, pid: 1, tid: 1, args };
    },
  );
  return { traceEvents, displayTimeUnit: 'ms' };
}
