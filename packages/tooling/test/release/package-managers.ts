import { mkdir, readFile, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runCommand } from '../command.js';
import type { Release } from './consumer.js';

/** The environment in which pnpm, yarn, Deno and Bun are commands, which install from a release. */
export async function packageManagers(release: Release): Promise<Record<string, string>> {
  const { packageManager } = JSON.parse(await readFile('package.json', 'utf8')) as { packageManager: string };
  const packages = [packageManager, '@yarnpkg/cli-dist@4.18.1', 'deno@2.9.6', 'bun@1.4.5'];
  const folder = await release.installed('package-managers', packages);
  // Without its install script, Bun's own command says only that the script has not run.
  const bun = join(folder, 'node_modules/@oven/bun-linux-x64/bin/bun');
  await runCommand('chmod', ['+x', bun]);
  await mkdir(join(folder, 'bin'));
  await symlink(bun, join(folder, 'bin/bun'));
  const path = [join(folder, 'bin'), join(folder, 'node_modules/.bin'), process.env['PATH']].join(delimiter);
  return { PATH: path, ...release.environment };
}
