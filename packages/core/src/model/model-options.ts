import type { HostTensor } from '../tensor/host-tensor.js';

export interface BuildOptions {
  /** Of the initial parameters, a whole number ≥ 0; 0 if not given. */
  readonly seed?: number;
}

export interface RebuildOptions extends BuildOptions {
  /**
   * All parameters and states by name, instead of initial values. They are compared with what the layers declare before
   * memory is taken for it.
   */
  readonly weights?: ReadonlyMap<string, HostTensor>;
}

export interface ModelOptions extends BuildOptions {
  /** Of the parameters, and of inputs that do not say theirs; float32 if not given. */
  readonly dtype?: 'float32' | 'float64';
  /** What the classes of the first output are called; found in the labels if those are texts, and none otherwise. */
  readonly classes?: readonly string[];
}
