/** How far a long work is: what `onProgress` of all that loads, predicts or evaluates is told. */
export interface WorkProgress {
  readonly work: 'loading' | 'prediction' | 'evaluation';
  /** What is done so far. */
  readonly done: number;
  /** What there is to do, where that is known. */
  readonly total?: number;
  /** What is counted, such as `examples` or `bytes`. */
  readonly unit: string;
}

/** The option of all long works. What it throws ends the work. */
export interface Watched {
  /** Is told how far it is, after each part that is done. `showProgress` of `@adjoint/loggers/node` makes it a bar. */
  readonly onProgress?: (progress: WorkProgress) => void;
}
