import type { RenderProgram } from './rendering.js';

/**
 * Bundles for browsers have this instead of render-program.ts, and so no disassembler: browsers show WebAssembly as
 * text themselves.
 */
export const renderProgram: RenderProgram | undefined = undefined;
