/** Stable codes of the library's errors; plugins may use codes of their own. */
export type ErrorCode =
  | 'APP_CLOSED'
  | 'ATTRIBUTE_INVALID'
  | 'BACKEND_MISSING'
  | 'CORE_DUPLICATE'
  | 'DATA_INVALID'
  | 'DTYPE_MISMATCH'
  | 'ENGINE_MISSING'
  | 'ENGINE_MIXED'
  | 'EXTENSION_DUPLICATE'
  | 'EXTENSION_NAME_INVALID'
  | 'EXTENSION_UNKNOWN'
  | 'FILE_INVALID'
  | 'FILE_UNREADABLE'
  | 'FILE_UNWRITABLE'
  | 'GRADIENT_INVALID'
  | 'GRAPH_READ_IN_TRACE'
  | 'LAYER_FAILED'
  | 'NON_FINITE'
  | 'OPTIONS_INVALID'
  | 'OUT_OF_MEMORY'
  | 'PLUGIN_CORE_MISMATCH'
  | 'PLUGIN_DEPENDENCY_MISSING'
  | 'PLUGIN_DUPLICATE'
  | 'PLUGIN_INVALID'
  | 'SERVICE_CYCLE'
  | 'SERVICE_MISSING'
  | 'SHAPE_MISMATCH'
  | (string & {});

const brand = Symbol.for('adjoint/error');

/** An error that says what was expected, what was found and what to do; `code` is stable, the message is not. */
export class AdjointError extends Error {
  override readonly name = 'AdjointError';
  readonly [brand] = true;

  /** Full name of the layer in which it was thrown, if it was in one. */
  readonly layer: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { layer, ...options }: ErrorOptions & { readonly layer?: string } = {},
  ) {
    super(message, options);
    this.layer = layer;
  }
}

/** Recognises an AdjointError of any copy of core in the process. */
export function isAdjointError(value: unknown): value is AdjointError {
  return typeof value === 'object' && value !== null && brand in value;
}
