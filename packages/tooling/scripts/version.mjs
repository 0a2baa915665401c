// npm run release:version: gives all packages their next version, which follows from the files in .changeset, and says it
// in the sources as well. npm run release:version -- 0.2.0 gives them that one.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { projectDirectories } from './workspace.mjs';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
const versionOfCore = () => JSON.parse(readFileSync('packages/core/package.json', 'utf8')).version;
const before = versionOfCore();
const [given] = process.argv.slice(2);
if (given === undefined) run('npm', ['run', 'changeset', '--', 'version']);
else if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(given)) throw new Error(`'${given}' is no version; give one such as 0.2.0.`);
else for (const directory of projectDirectories()) rewrite(`${directory}/package.json`, /("version": ")([^"]+)/, given);
const after = versionOfCore();

for (const directory of projectDirectories().filter((each) => existsSync(`${each}/src`))) {
  for (const name of readdirSync(`${directory}/src`, { recursive: true }))
    if (name.endsWith('.ts')) rewrite(`${directory}/src/${name}`, /((?:\bversion:|CORE_VERSION =) ')([^']+)/g, after);
}
run(process.execPath, ['packages/tooling/scripts/setup.mjs', '--update']);
console.log(`${before} → ${after}`);

/** Puts a version where a pattern finds the one before. */
function rewrite(file, pattern, version) {
  const text = readFileSync(file, 'utf8');
  const changed = text.replace(pattern, (match, start, found) => (found === before ? start + version : match));
  if (changed !== text) writeFileSync(file, changed);
}

function run(command, args) {
  const { status } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) process.exit(status ?? 1);
}
