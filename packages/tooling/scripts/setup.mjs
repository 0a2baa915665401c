// Makes the workspace ready to run: installs with the pnpm version pinned in package.json (through npx, nothing
// global), then builds. Both steps cost little when nothing has changed.
//   --update    after some package.json was changed: complete the manifests, and resolve the lock file and the project
//               references again
//   --no-build  install only
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { acquireLock } from './lock.mjs';
import { writeManifests } from './manifests.mjs';
import { writeReferences } from './references.mjs';
import { removeOrphans } from './remove-orphans.mjs';
import { projectDirectories } from './workspace.mjs';

const update = process.argv.includes('--update');
const build = !process.argv.includes('--no-build');
const stampFile = 'node_modules/.setup-stamp';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
const release = await acquireLock(process.cwd());
process.on('exit', release);

if (update) {
  writeManifests();
  writeReferences();
}
if (update || !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp()) {
  const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
  const lockfile = update ? '--no-frozen-lockfile' : '--frozen-lockfile';
  run('npx', ['--yes', '--prefer-offline', packageManager, 'install', '--prefer-offline', lockfile]);
  writeFileSync(stampFile, stamp());
}
if (build) {
  removeOrphans(projectDirectories());
  run(process.execPath, ['node_modules/typescript/bin/tsc', '-b']);
}

/** Changes whenever something changes that the installed node_modules depends on. */
function stamp() {
  const manifests = projectDirectories().map((directory) => `${directory}/package.json`);
  const hash = createHash('sha256').update(process.version);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...manifests]) {
    if (existsSync(file)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function run(command, args) {
  const isWindowsScript = process.platform === 'win32' && command === 'npx';
  const result = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], shell: isWindowsScript });
  if (result.error) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}
