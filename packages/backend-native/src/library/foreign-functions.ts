import { AdjointError } from '@adjoint/core';
import type koffi from 'koffi';
import { createRequire } from 'node:module';
import { messageOf } from './cache-directory.js';

let loaded: typeof koffi | undefined;

/**
 * What calls C. It is loaded when it is first needed: where addons are not allowed, or there is none for the platform,
 * this package can still be imported.
 * @throws AdjointError `BACKEND_MISSING`
 */
export function foreignFunctions(): typeof koffi {
  try {
    return (loaded ??= createRequire(import.meta.url)('koffi') as typeof koffi);
  } catch (error) {
    throw new AdjointError(
      'BACKEND_MISSING',
      `The native backend needs the addon koffi, which cannot be loaded: ${messageOf(error)} Let Node load addons (no --no-addons, or --allow-addons beside --permission), install koffi for ${process.platform} ${process.arch}, or use the backend wasm.`,
      { cause: error },
    );
  }
}
