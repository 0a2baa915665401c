// npm run release: publishes every package whose version is not in the registry yet, with the pinned pnpm, each after
// those that it needs. Arguments go to `pnpm publish`: `npm run release -- --dry-run` packs and sends nothing.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('../../..', import.meta.url)));
const { packageManager } = JSON.parse(readFileSync('package.json', 'utf8'));
const { status } = spawnSync(
  'npx',
  ['--yes', '--prefer-offline', packageManager, 'publish', '--recursive', ...process.argv.slice(2)],
  { stdio: 'inherit', shell: process.platform === 'win32' },
);
process.exitCode = status ?? 1;
