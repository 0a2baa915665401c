import type { Row } from './row.js';

/** A ratio that is to be reached. */
export interface Goal {
  readonly what: string;
  readonly atLeast: number;
  /** Undefined where a row that it needs was not measured. */
  readonly ratio: number | undefined;
}

/** The ratios that the project has set itself, from the rows of one run. */
export function goals(rows: readonly Row[]): Goal[] {
  const find = (work: string, runner: string, threads: number): Row | undefined =>
    rows.find((row) => row.work === work && row.runner === runner && row.threads === threads);
  /** How many times as fast the first is as the second. */
  const speed = (first: Row | undefined, second: Row | undefined): number | undefined =>
    first && second && second.medianMs / first.medianMs;
  const share = (runner: string): number | undefined => {
    const [product, loop] = [find('matmul-1024', runner, 1), find('tile-loop', runner, 1)];
    return product && loop && product.gflops / loop.gflops;
  };
  const [wasm, native, pytorch] = ['adjoint-wasm', 'adjoint-native', 'pytorch'];
  const step = (runner: string, threads: number): Row | undefined => find('cnn-step', runner, threads);
  const first = find('first-step', wasm!, 2);
  return [
    { what: 'wasm matmul 1024³, 1 thread, of the bare tile loop', atLeast: 0.85, ratio: share(wasm!) },
    { what: 'native matmul 1024³, 1 thread, of the bare tile loop', atLeast: 0.85, ratio: share(native!) },
    { what: 'wasm CNN step, 2 threads against 1', atLeast: 1.8, ratio: speed(step(wasm!, 2), step(wasm!, 1)) },
    { what: 'native CNN step, 2 threads against 1', atLeast: 1.8, ratio: speed(step(native!, 2), step(native!, 1)) },
    {
      what: "wasm CNN step, 2 threads, of PyTorch's speed",
      atLeast: 1.2,
      ratio: speed(step(wasm!, 2), step(pytorch!, 2)),
    },
    {
      what: "wasm CNN step, 2 threads, of jax-js's speed",
      atLeast: 100,
      ratio: speed(step(wasm!, 2), step('jax-js', 1)),
    },
    {
      what: "native CNN step, 2 threads, of PyTorch's speed",
      atLeast: 3.5,
      ratio: speed(step(native!, 2), step(pytorch!, 2)),
    },
    {
      what: "native conv 64→64 with gradients, 2 threads, of PyTorch's speed",
      atLeast: 1.6,
      ratio: speed(find('conv64-fwd-bwd', native!, 2), find('conv64-fwd-bwd', pytorch!, 2)),
    },
    {
      what: 'seconds from nothing to the first CNN step, wasm, below 1: inverse',
      atLeast: 1,
      ratio: first && 1000 / first.medianMs,
    },
  ];
}

export function formatGoals(all: readonly Goal[]): string {
  const width = Math.max(...all.map(({ what }) => what.length));
  return all
    .filter(({ ratio }) => ratio !== undefined)
    .map(
      ({ what, atLeast, ratio }) =>
        `${what.padEnd(width)}  ≥ ${String(atLeast).padEnd(4)}  ${ratio!.toFixed(2).padStart(7)}  ${ratio! >= atLeast ? 'met' : 'not met'}`,
    )
    .join('\n');
}
