export interface BuildOptions {
  /** Of the initial parameters, a whole number ≥ 0; 0 if not given. */
  readonly seed?: number;
}

export interface ModelOptions extends BuildOptions {
  /** Of the parameters, and of inputs that do not say theirs; float32 if not given. */
  readonly dtype?: 'float32' | 'float64';
}
