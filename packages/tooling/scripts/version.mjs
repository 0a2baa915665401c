// npm run release:version: gives all packages their next version, which follows from the files in .changeset, and says it
// in the sources as well.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectDirectories } from './workspace.mjs';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
const versionOfCore = () => JSON.parse(readFileSync('packages/core/package.json', 'utf8')).version;
const before = versionOfCore();
run('npm', ['run', 'changeset', '--', 'version']);
const after = versionOfCore();

for (const directory of projectDirectories().filter((each) => existsSync(`${each}/src`))) {
  for (const name of readdirSync(`${directory}/src`, { recursive: true })) {
    if (!name.endsWith('.ts')) continue;
    const file = `${directory}/src/${name}`;
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(/((?:\bversion:|CORE_VERSION =) ')([^']+)'/g, (match, start, version) =>
      version === before ? `${start}${after}'` : match,
    );
    if (changed !== text) writeFileSync(file, changed);
  }
}
run(process.execPath, ['packages/tooling/scripts/setup.mjs', '--update']);
console.log(`${before} → ${after}`);

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
