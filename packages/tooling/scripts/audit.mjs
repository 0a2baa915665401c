import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectDirectories } from './workspace.mjs';

/**
 * What is installed with the published packages, by name: version, licence, the hash of the archive that the lock file
 * states, and who asks for it. Binaries for other platforms are not here; they have the licence of what asks for them.
 */
export function runtimeDependencies() {
  const integrities = lockedIntegrities();
  const found = new Map();
  const visit = (directory, { name: user, dependencies, optionalDependencies }, license) => {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = installedAt(name, directory);
      if (!place && !(name in (optionalDependencies ?? {}))) throw new Error(`${name} is not installed for ${user}`);
      const manifest = place ? manifestOf(place) : undefined;
      // Packages of the workspace are no libraries; they are visited for themselves.
      if (place && !place.split(/[\\/]/).includes('node_modules')) continue;
      const version = manifest?.version ?? optionalDependencies[name];
      const known = found.get(`${name}@${version}`);
      if (known) {
        known.users.add(user);
        continue;
      }
      const entry = { name, version, license: manifest?.license ?? license, users: new Set([user]) };
      found.set(`${name}@${version}`, { ...entry, integrity: integrities.get(`${name}@${version}`) });
      if (manifest) visit(place, manifest, manifest.license);
    }
  };
  for (const directory of projectDirectories()) {
    const manifest = manifestOf(directory);
    if (directory.startsWith('packages/') && !manifest.private) visit(resolve(directory), manifest);
  }
  return [...found.values()]
    .map((entry) => ({ ...entry, users: [...entry.users].sort() }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
}

/** Where Node finds a package that is asked for in a directory. */
function installedAt(name, directory) {
  for (let place = directory; ; place = dirname(place)) {
    const candidate = join(place, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (place === dirname(place)) return undefined;
  }
}

function lockedIntegrities() {
  const entries = readFileSync('pnpm-lock.yaml', 'utf8').matchAll(
    /^ {2}'?([^\s':]+)'?:\n {4}resolution: \{integrity: ([^,}\s]+)/gm,
  );
  return new Map([...entries].map(([, key, integrity]) => [key, integrity]));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  for (const { name, version, license, integrity, users } of runtimeDependencies())
    console.log(`${name} ${version}  ${license}  for ${users.join(', ')}\n  ${integrity}`);
}
