import type { Variable } from '../engine/variable.js';

/** What a parameter does in its layer; optimizers and penalties may treat roles differently. */
export type ParameterRole = 'kernel' | 'bias' | 'scale' | (string & {});

/** A trainable tensor of a model. */
export interface Parameter {
  /** Layer and parameter: `conv1/weight`. */
  readonly name: string;
  readonly role: ParameterRole;
  readonly variable: Variable;
}

/** A tensor that a layer updates itself while training, such as a running mean. */
export interface LayerState {
  readonly name: string;
  readonly role: 'state';
  readonly variable: Variable;
}
