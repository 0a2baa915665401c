import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { projectDirectories } from './workspace.mjs';

/**
 * What in the manifests of published packages follows from the rest, as [path, manifest] pairs: where the sources are
 * (the root's manifest names the repository), the entry points that npm gets, and how they are published.
 */
export function expectedManifests() {
  const { repository } = readJson('package.json');
  const home = repository.url.replace(/^git\+|\.git$/g, '');
  return projectDirectories().flatMap((directory) => {
    const manifest = readJson(`${directory}/package.json`);
    return manifest.private ? [] : [[`${directory}/package.json`, complete(manifest, directory, repository, home)]];
  });
}

function complete(manifest, directory, repository, home) {
  const { name, version, description, keywords, license, type, engines, bin, exports, files, ...rest } = manifest;
  const { sideEffects, publishConfig: _, homepage: _1, bugs: _2, repository: _3, scripts: _4, ...dependencies } = rest;
  const all = { ...exports, './package.json': './package.json' };
  const mapped = (condition) =>
    Object.fromEntries(Object.entries(all).map(([path, entry]) => [path, conditions(manifest, entry, condition)]));
  return {
    name,
    version,
    description,
    keywords,
    homepage: `${home}/tree/main/${directory}#readme`,
    bugs: `${home}/issues`,
    repository: { ...repository, directory },
    license,
    type,
    engines,
    ...(bin && { bin }),
    exports: mapped('bundled'),
    files: published(files),
    sideEffects,
    scripts: { prepack: 'node ../tooling/scripts/bundle.mjs --here' },
    ...dependencies,
    // pnpm puts these entry points in place of those of the workspace when it packs.
    publishConfig: { access: 'public', exports: mapped('node') },
  };
}

/** Declarations come from `dist/types` alone; what leaves something out must stand last. */
function published(files) {
  const others = files.filter((file) => file !== 'dist/types' && !file.endsWith('.d.ts*'));
  return ['dist/types', ...others, '!dist/src/**/*.d.ts*'];
}

/** Types, the bundle under a condition, and the modules. What is published has declarations of its own. */
function conditions(manifest, entry, condition) {
  const bundle = bundleOf(manifest, sourceOf(entry));
  if (bundle === undefined) return entry;
  const types = condition === 'node' ? entry.types.replace('/dist/src/', '/dist/types/') : entry.types;
  return { types, [condition]: bundle, default: entry.default };
}

export function sourceOf(entry) {
  return typeof entry === 'string' ? entry : entry.default;
}

/** The bundle that stands for a module of `dist/src`: named after its subpath, or its file if it is no entry point. */
export function bundleOf({ exports }, source) {
  if (!source.startsWith('./dist/src/')) return undefined;
  const [path] = Object.entries(exports).find(([, entry]) => sourceOf(entry) === source) ?? [];
  const name =
    path === undefined ? source.slice('./dist/src/'.length, -'.js'.length) : path === '.' ? 'index' : path.slice(2);
  return `./dist/bundle/${name.replaceAll('/', '-')}.js`;
}

/** Writes what follows into every manifest that differs. */
export function writeManifests() {
  for (const [file, manifest] of expectedManifests()) {
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    if (existsSync(file) && readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
