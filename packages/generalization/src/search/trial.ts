import type { Plain } from './space.js';

/** A configuration, and what has become of it; plain JSON. */
export interface Trial {
  /** The first is 0. */
  readonly number: number;
  readonly configuration: Readonly<Record<string, Plain>>;
  /** Epochs or whatever else its plan counts. */
  readonly budget?: number;
  /** Where it stands in its plan. */
  readonly bracket?: number;
  readonly rung?: number;
  readonly status: 'running' | 'finished' | 'failed';
  /** The figure that is searched for. */
  readonly value?: number;
  /** Why it failed. */
  readonly reason?: string;
}
