import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Writes the playground's program into a folder: page.js, and what it loads later. */
export async function buildPlayground(folder: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('playground/page.js', import.meta.url))],
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    outdir: folder,
  });
}
