/** One runner at one work. */
export interface Row {
  readonly work: string;
  readonly runner: string;
  readonly threads: number;
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly samples: number;
  /** Of the median; see Work.flops. */
  readonly gflops: number;
  readonly imagesPerSecond?: number;
  /** The most memory that the runner's process had. */
  readonly peakMiB?: number;
}
