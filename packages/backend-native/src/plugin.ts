import { defineBackend, definePlugin, isAdjointError, type NamesOf, type Plugin } from '@adjoint/core';
import { count, documented, object, optional, string } from '@adjoint/core/options';
import { defaultCompiler, findCompiler } from './library/c-compiler.js';
import { NativeBackend } from './native-backend.js';

const backend = {
  native: defineBackend({
    options: object({
      threads: documented(optional(count), 'Threads that compute; as many as the machine runs at once if not given.'),
      compiler: documented(optional(string), "The C compiler's command; the variable CC, or cc, if not given."),
      cacheDirectory: documented(
        optional(string),
        'Where compiled code is kept; ~/.cache/adjoint/native if not given.',
      ),
    }),
    description: "C, compiled by the machine's own compiler for its processor.",
    create: (options) => new NativeBackend(options),
  }),
};

/** The backend 'native'. */
export const native: Plugin = definePlugin({ name: '@adjoint/backend-native', version: '0.1.0', backend });

declare module '@adjoint/core' {
  interface Backends extends NamesOf<typeof backend> {}
}

/** Whether there is a C compiler that the native backend can use. */
export function isNativeAvailable(compiler = defaultCompiler()): boolean {
  try {
    findCompiler(compiler);
    return true;
  } catch (error) {
    if (isAdjointError(error)) return false;
    throw error;
  }
}
