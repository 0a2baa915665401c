import { AdjointError } from '../errors.js';

/** The version of this package. */
export const CORE_VERSION = '0.1.0';

/** Plugins and definitions carry the version of the core that made them, under a symbol that all copies share. */
export const madeBy: unique symbol = Symbol.for('adjoint/made-by') as never;

/** @throws {AdjointError} CORE_DUPLICATE when `part` was made by a copy of core with another version. */
export function assertSameCore(part: { readonly [madeBy]?: string }, what: string): void {
  const version = part[madeBy];
  if (version === undefined || version === CORE_VERSION) return;
  throw new AdjointError(
    'CORE_DUPLICATE',
    `${what} was made with @adjoint/core ${version}, but this app runs ${CORE_VERSION}: two copies are installed. ` +
      `Make @adjoint/core a peer dependency of the plugin's package and install one version of it ('npm ls @adjoint/core' shows who asks for which).`,
  );
}
