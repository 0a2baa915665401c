import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Holds VitePress and TypeDoc, which only this site needs: no part of the workspace. Seen from `dist/src`. */
export const builder = fileURLToPath(new URL('../../builder', import.meta.url));

/** Installs what builder/package.json pins, unless it is there. */
export function installBuilder(): void {
  const { dependencies } = manifest(builder) as { dependencies: Record<string, string> };
  const isComplete = Object.entries(dependencies).every(
    ([name, version]) => manifest(join(builder, 'node_modules', name))?.['version'] === version,
  );
  if (isComplete) return;
  console.log('Installing VitePress and TypeDoc …');
  const quiet = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel', 'error'];
  run('npm', ['install', ...quiet]);
}

/** Runs a program of Node in the builder's folder. */
export function runInBuilder(script: string, parameters: readonly string[]): void {
  run(process.execPath, [join(builder, script), ...parameters]);
}

function run(command: string, parameters: readonly string[]): void {
  const { error, status } = spawnSync(command, parameters, {
    cwd: builder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${parameters[0]} ended with ${status}.`);
}

function manifest(directory: string): Record<string, unknown> | undefined {
  const file = join(directory, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}
