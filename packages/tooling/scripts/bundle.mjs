// Writes `dist/bundle` of packages: few files in place of some hundred modules, which Node loads several times as fast.
// Published packages give it to Node (condition `node`), and the modules of `dist/src` to bundlers, which take of those
// what is used. In the workspace `node --conditions=bundled` runs it.
//   bundle.mjs            every package that is published
//   bundle.mjs --here     the package in the current folder, before it is packed, with its declarations (dist/types)
import { build } from 'esbuild';
import { readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeDeclarations } from './declarations.mjs';
import { bundleOf, sourceOf } from './manifests.mjs';
import { projectDirectories } from './workspace.mjs';

/** Programs that a package starts by the path of their file, beside its entry points. */
const programs = {
  '@adjoint/backend-native': ['self-check'],
  '@adjoint/runner-workers': ['worker'],
};

const root = fileURLToPath(new URL('../../..', import.meta.url));
const here = relative(root, process.cwd());
process.chdir(root);
const isPacked = process.argv.includes('--here');
await Promise.all((isPacked ? [here] : projectDirectories()).map(bundle));

/** Shared code goes into chunks beside the entries: all lie two folders deep, as the modules in `dist/src` do. */
async function bundle(directory) {
  const manifest = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8'));
  if (manifest.private) return;
  const exported = Object.values(manifest.exports).map(sourceOf);
  const modules = [...exported, ...(programs[manifest.name] ?? []).map((name) => `./dist/src/${name}.js`)];
  const entries = modules.flatMap((source) => {
    const target = bundleOf(manifest, source);
    return target === undefined
      ? []
      : [[target.slice('./dist/bundle/'.length, -'.js'.length), `${directory}/${source}`]];
  });
  if (isPacked) await writeDeclarations(directory);
  rmSync(`${directory}/dist/bundle`, { recursive: true, force: true });
  await build({
    entryPoints: Object.fromEntries(entries),
    absWorkingDir: root,
    outdir: `${directory}/dist/bundle`,
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}
