import type { EpochResult } from '../model/build-context.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { RunPosition } from './trainer-options.js';
import type { Standing } from './step-inputs.js';
import type { Totals } from './totals.js';
import type { Progress } from './training-events.js';

/** Where a trainer stands, beside the variables: counters, the run that is not finished, and the present epoch's sums. */
export class TrainingState {
  /** Updates done. */
  step = 0;
  /** Epochs done. */
  epoch = 0;
  /** Where an unfinished run stands. */
  run: RunPosition | undefined;
  /** Length of the latest run; infinite where it is not known. */
  total = { epochs: 0, steps: 1, perEpoch: 1 };
  /** Epochs of the latest run. */
  history: readonly EpochResult[] = [];
  /** Values of the best epoch so far, which the run goes back to when it is over; by the names of a saved state. */
  kept: ReadonlyMap<string, HostTensor> | undefined;
  /** What an optimizer that the host drives keeps. */
  readonly host = new Map<string, HostTensor>();

  constructor(
    /** Sums of the present epoch. */
    public totals: Totals,
  ) {}

  get progress(): Progress {
    const { epochs, perEpoch } = this.total;
    return {
      epoch: this.epoch,
      step: this.step,
      stepInEpoch: this.run?.stepInEpoch ?? 0,
      epochs,
      stepsPerEpoch: perEpoch,
    };
  }

  get standing(): Standing {
    return {
      step: this.step,
      epoch: this.epoch,
      totalSteps: this.total.steps,
      stepsPerEpoch: this.total.perEpoch,
      history: this.history,
    };
  }
}
