/**
 * The codes of errors and warnings: what each means, and what to do. They are stable; messages are not. A plugin adds
 * codes of its own by declaration merging, and documents them in the same way:
 *
 *     declare module '@adjoint/core' {
 *       interface ErrorCodes {
 *         // The service does not answer. Check the connection and try again.
 *         ACME_OFFLINE: true;
 *       }
 *     }
 */
export interface ErrorCodes {
  /** An app, or something made by it, was used after the app was closed. Create another app. */
  APP_CLOSED: true;
  /**
   * An argument of an operation is out of its range, such as an axis, a stride or a permutation. Pass one that the
   * message names.
   */
  ATTRIBUTE_INVALID: true;
  /**
   * There is nothing to compute with: no backend is registered, or the engine or machine lacks what it needs. Use the
   * plugin of a backend, or another backend.
   */
  BACKEND_MISSING: true;
  /**
   * The backend does not have an ability that it may leave out, such as timing its kernels. Use another backend for
   * this.
   */
  BACKEND_UNSUPPORTED: true;
  /**
   * A plugin or definition was made by another version of `@adjoint/core` than the app's. Install one version, with
   * core as a peer dependency of plugins.
   */
  CORE_DUPLICATE: true;
  /**
   * A batch or dataset does not fit the model, or holds what cannot be trained on: no examples, a class out of range,
   * NaN. Clean or transform the data.
   */
  DATA_INVALID: true;
  /** An operation was given a dtype that it does not take, or two that differ. Convert with `cast()`. */
  DTYPE_MISMATCH: true;
  /**
   * A tensor built from numbers alone was read, which belongs to no app. Make one of its inputs with `app.tensor()`.
   */
  ENGINE_MISSING: true;
  /** Tensors of different apps or traces were combined. Pass values as data, or as inputs of the traced function. */
  ENGINE_MIXED: true;
  /**
   * A plugin defines a name or provides a service that another one has. Choose another name, or say `override: true` in
   * `setup`.
   */
  EXTENSION_DUPLICATE: true;
  /** A plugin defines a name of the wrong form. Third parties write `vendor/name`, built-in plugins camelCase. */
  EXTENSION_NAME_INVALID: true;
  /**
   * A name is chosen, or overridden, that no plugin in use defines. Check its spelling, or use the plugin that has it.
   */
  EXTENSION_UNKNOWN: true;
  /**
   * A file is damaged, of another format, or does not fit what it is loaded into. Use another copy, or what it was
   * saved from.
   */
  FILE_INVALID: true;
  /** A file or address cannot be read. Check the path, its permissions and the connection. */
  FILE_UNREADABLE: true;
  /** A file cannot be written; what was there is unchanged. Check the directory, its permissions and its space. */
  FILE_UNWRITABLE: true;
  /**
   * Gradients were asked of what has none, or a gradient differs from its difference quotient. Pass float tensors and a
   * scalar output, or mend the derivative.
   */
  GRADIENT_INVALID: true;
  /**
   * A value was read while a function is traced, or a traced tensor was kept until afterwards. Return it from the
   * function, or use `where()`.
   */
  GRAPH_READ_IN_TRACE: true;
  /** A warning: a handler of an event failed, and the run goes on. Mend the handler. */
  HANDLER_FAILED: true;
  /** A fault of Adjoint or of a backend. Report it with the message and the program. */
  INTERNAL: true;
  /** A layer threw an error of its own while it was built or run. Mend the layer; the error is the `cause`. */
  LAYER_FAILED: true;
  /**
   * The loops that a primitive lowers to read or write out of bounds, or what another step of the loops writes. Mend
   * the lowering.
   */
  LOOPS_INVALID: true;
  /**
   * A warning: a loss or a weight is NaN or infinite, and the run has diverged. Lower the learning rate, clip gradients, or
   * check the data.
   */
  NON_FINITE: true;
  /**
   * An operation was given what is neither a tensor of this copy of core nor a number, such as an array or a variable.
   * The message says how to make a tensor of it.
   */
  OPERAND_INVALID: true;
  /**
   * Options, a choice or a composition are not what is expected. The message names the option, its range and what was
   * found.
   */
  OPTIONS_INVALID: true;
  /**
   * A tensor or a program needs more memory than the backend can get. Use a smaller batch or model, or close apps that
   * are not needed.
   */
  OUT_OF_MEMORY: true;
  /** A plugin works with other versions of `@adjoint/core`. Install versions that fit each other. */
  PLUGIN_CORE_MISMATCH: true;
  /** A plugin requires another one that is not in use. Use that plugin first. */
  PLUGIN_DEPENDENCY_MISSING: true;
  /** Two plugins have the same name. Use one of them, or install one version only. */
  PLUGIN_DUPLICATE: true;
  /**
   * A plugin is not one, registers what it may not, or gives something else than its kind is to give: the message names
   * it and the place. Make it with `definePlugin`, register within `setup`, at once, and return what is expected.
   */
  PLUGIN_INVALID: true;
  /** Services need each other to be created. Resolve one of them later. */
  SERVICE_CYCLE: true;
  /**
   * A service, or something that it needs, is not provided. Use a plugin that provides it, or provide it in `setup`.
   */
  SERVICE_MISSING: true;
  /**
   * Shapes do not fit an operation, a layer or each other. The message names both; reshape or broadcast one of them.
   */
  SHAPE_MISMATCH: true;
}

export type ErrorCode = keyof ErrorCodes;

const brand = Symbol.for('adjoint/error');

/** What a message quotes of a file, or lists, may be of any length. */
const longestMessage = 4000;

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
    super(message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message, options);
    this.layer = layer;
  }
}

/** Recognises an AdjointError of any copy of core in the process. */
export function isAdjointError(value: unknown): value is AdjointError {
  return typeof value === 'object' && value !== null && brand in value;
}
