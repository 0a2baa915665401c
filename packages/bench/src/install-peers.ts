import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { peersDirectory } from './runners.js';

/** Installs the peers that peers/package.json pins, unless they are there. Runners that lack theirs say so later. */
export function installPeers(): void {
  const { dependencies } = manifest(peersDirectory) as { dependencies: Record<string, string> };
  const complete = Object.entries(dependencies).every(
    ([name, version]) => manifest(`${peersDirectory}/node_modules/${name}`)?.['version'] === version,
  );
  if (complete) return;
  console.log('Installing the peers …');
  spawnSync(
    'npm',
    ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel', 'error'],
    {
      cwd: peersDirectory,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
}

function manifest(directory: string): Record<string, unknown> | undefined {
  const file = `${directory}/package.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}
