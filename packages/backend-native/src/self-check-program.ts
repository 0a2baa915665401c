import { fileURLToPath } from 'node:url';

/** The program of self-check.ts: beside this module, also where both are bundled. */
export const selfCheckProgram = fileURLToPath(new URL('self-check.js', import.meta.url));
