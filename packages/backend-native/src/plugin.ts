import { defineBackend, definePlugin, isAdjointError, type NamesOf, type Plugin } from '@adjoint/core';
import { count, documented, object, optional, string } from '@adjoint/core/options';
import { openLibraries } from './library/open-libraries.js';
import { NativeBackend } from './native-backend.js';

const backend = {
  native: defineBackend({
    options: object({
      threads: documented(optional(count), 'Threads that compute; as many as the machine runs at once if not given.'),
      compiler: documented(
        optional(string),
        "The C compiler's command, which may have flags; the variable CC, or cc, if not given.",
      ),
      cacheDirectory: documented(
        optional(string),
        'Where compiled code is kept, an absolute path; ~/.cache/adjoint/native if not given.',
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

/** Whether the native backend can be had here, with this C compiler: the variable CC, or cc, if not given. */
export function isNativeAvailable(compiler?: string): boolean {
  try {
    openLibraries({ compiler });
    return true;
  } catch (error) {
    if (isAdjointError(error)) return false;
    throw error;
  }
}
