import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path/posix';
import { projectDirectories } from './workspace.mjs';

/**
 * The TypeScript project references that follow from the manifests: those of the root name every project, those of a
 * project the workspace packages that it depends on. Returns [tsconfig path, references] pairs.
 */
export function expectedReferences() {
  const directories = projectDirectories().filter((directory) => existsSync(`${directory}/tsconfig.json`));
  const manifests = new Map(directories.map((directory) => [directory, readJson(`${directory}/package.json`)]));
  const directoryOf = new Map(directories.map((directory) => [manifests.get(directory).name, directory]));
  const references = directories.map((directory) => {
    const { dependencies, devDependencies, peerDependencies } = manifests.get(directory);
    const needed = new Set(Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies }));
    const paths = [...directoryOf]
      .filter(([name]) => needed.has(name))
      .map(([, target]) => relative(directory, target));
    return [`${directory}/tsconfig.json`, paths.sort().map((path) => ({ path }))];
  });
  return [['tsconfig.json', directories.map((path) => ({ path }))], ...references];
}

/** Writes the references into every tsconfig.json whose list differs. */
export function writeReferences() {
  for (const [file, references] of expectedReferences()) {
    const config = readJson(file);
    if (JSON.stringify(config.references ?? []) === JSON.stringify(references)) continue;
    writeFileSync(file, `${JSON.stringify({ ...config, references }, null, 2)}\n`);
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
