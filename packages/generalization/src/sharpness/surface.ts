import type { Shape } from '@adjoint/core';

/** A loss as a function of all parameters as one vector. */
export interface Surface {
  readonly dimension: number;
  /** The parameters that it was made at. */
  readonly origin: Float64Array;
  /** Where each parameter lies in the vector; all in one, if not given. */
  readonly parameters?: readonly { readonly name: string; readonly shape: Shape; readonly start: number }[];
  loss(point: Float64Array): Promise<number>;
  lossAndGradient(point: Float64Array): Promise<{ readonly loss: number; readonly gradient: Float64Array }>;
  /** The Hessian at a point times a vector. */
  hessianVector(point: Float64Array, vector: Float64Array): Promise<Float64Array>;
}
