import type { RunMetadata } from '@adjoint/loggers/node';

/** A number at a place of a run. */
export interface Reading {
  /** Updates done. */
  readonly step: number;
  /** Epochs done, with a part of the present one. */
  readonly epoch: number;
  /** Since the run began. */
  readonly seconds: number;
  /** NaN where it was not finite. */
  readonly value: number;
}

/** Over what curves are drawn. */
export type Place = 'step' | 'epoch' | 'seconds';

/** What was measured when. */
export type Phase = 'step' | 'epoch' | 'validation';

/** A kernel of a profiled step, as the log has it. */
export interface KernelReading {
  readonly label: string;
  readonly layer: string;
  readonly kind: string;
  readonly milliseconds: number;
  readonly gflops: number;
}

/** A table of figures, such as a confusion matrix. */
export type Table = readonly (readonly number[])[];

export type RunStatus = 'running' | 'completed' | 'stopped' | 'aborted' | 'failed';

/** A line of the log, as far as it is looked at. */
interface Line {
  readonly event: string;
  readonly time: string;
  readonly step: number;
  readonly epoch: number;
  readonly stepInEpoch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number | null;
  readonly loss?: number | null;
  readonly penalty?: number | null;
  readonly learningRate?: number | null;
  readonly metrics?: Readonly<Record<string, number | null>>;
  readonly varying?: Readonly<Record<string, number | null>>;
  readonly figures?: Readonly<
    Record<string, { readonly data: readonly (number | null)[]; readonly shape: readonly number[] }>
  >;
  readonly milliseconds?: number;
  readonly reason?: RunStatus;
  readonly detail?: string;
  readonly message?: string;
  readonly profile?: { readonly kernels: readonly KernelReading[] };
}

/** What the log of a run says, line by line; the same in a page and in Node.js. */
export class RunData {
  /** By `phase/figure`: `step/loss`, `validation/accuracy`. */
  readonly curves = new Map<string, Reading[]>();
  /** The latest of each. */
  readonly tables = new Map<string, Table>();
  readonly warnings: string[] = [];
  kernels: readonly KernelReading[] = [];
  status: RunStatus = 'running';
  detail: string | undefined;
  /** Where it stands. */
  epoch = 0;
  epochs = 0;
  step = 0;
  #rest = '';

  constructor(readonly metadata: RunMetadata) {}

  get name(): string {
    return this.metadata.name;
  }

  /** Takes a further piece of the log; a line that is not complete waits for the next piece. */
  add(text: string): this {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') this.#take(line);
    return this;
  }

  /** The last number of a curve. */
  last(curve: string): number | undefined {
    return this.curves.get(curve)?.at(-1)?.value;
  }

  #take(text: string): void {
    let line: Line;
    try {
      line = JSON.parse(text) as Line;
    } catch {
      // A line that was cut off when the writer was killed, in front of those of a later run.
      return;
    }
    const { event } = line;
    if (event === 'fit:start') [this.status, this.epochs] = ['running', line.epochs];
    if (event === 'step:end') this.#step(line);
    if (event === 'validation:end') {
      this.#figures('validation', line, line.metrics, line.step);
      for (const [name, { data, shape }] of Object.entries(line.figures ?? {}))
        if (shape.length === 2) this.tables.set(name, rowsOf(data, shape[1]!));
    }
    if (event === 'epoch:end') {
      this.#figures('epoch', line, line.metrics, line.step);
      [this.epoch, this.epochs, this.step] = [line.epoch + 1, line.epochs, line.step];
    }
    if (event === 'fit:end') [this.status, this.detail] = [line.reason ?? 'completed', line.detail];
    if (event === 'profile') this.kernels = line.profile?.kernels ?? [];
    if (event === 'warning' && line.message) this.warnings.push(line.message);
  }

  #step(line: Line): void {
    const { loss = null, penalty, learningRate = null, milliseconds = null, metrics, varying, step } = line;
    const own = { loss, ...(penalty ? { penalty } : {}), ...metrics, learningRate, ...varying, milliseconds };
    this.#figures('step', { ...line, stepInEpoch: line.stepInEpoch + 1 }, own, step + 1);
    this.step = step + 1;
  }

  #figures(phase: Phase, line: Line, figures: Readonly<Record<string, number | null>> = {}, step: number): void {
    const { epoch, stepInEpoch, stepsPerEpoch, time } = line;
    const place = {
      step,
      epoch: epoch + (stepsPerEpoch ? stepInEpoch / stepsPerEpoch : Number(phase !== 'step')),
      seconds: (Date.parse(time) - Date.parse(this.metadata.started)) / 1000,
    };
    for (const [name, value] of Object.entries(figures)) {
      const curve = `${phase}/${name}`;
      const known = this.curves.get(curve) ?? [];
      this.curves.set(curve, known);
      known.push({ ...place, value: value ?? NaN });
    }
  }
}

function rowsOf(data: readonly (number | null)[], columns: number): Table {
  return Array.from({ length: data.length / columns }, (_, i) =>
    data.slice(i * columns, (i + 1) * columns).map((value) => value ?? NaN),
  );
}
