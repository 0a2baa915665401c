import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../command.js';
import { publishable, type Manifest } from '../projects.js';
import { importScript } from '../scripts.js';

/** A package as it is published. */
export interface Archive {
  readonly path: string;
  readonly manifest: Manifest;
  /** Paths, each under `package/`. */
  readonly files: readonly string[];
}

/** Packs everything that is published, into a directory, as a release does. */
export async function packArchives(directory: string): Promise<readonly Archive[]> {
  const { packageManager } = JSON.parse(await readFile('package.json', 'utf8')) as { packageManager: string };
  const selection = publishable.flatMap(({ manifest }) => ['--filter', manifest.name]);
  const pnpm = ['--yes', '--prefer-offline', packageManager, ...selection];
  // Packing writes the bundles anew, so it is done by one at a time.
  const { acquireLock } = await importScript('lock.mjs');
  const release = await acquireLock(`packing ${process.cwd()}`);
  try {
    await runCommand('npx', [...pnpm, 'pack', '--pack-destination', directory]);
  } finally {
    release();
  }
  const names = (await readdir(directory)).filter((name) => name.endsWith('.tgz'));
  return Promise.all(names.map((name) => archiveAt(join(directory, name))));
}

async function archiveAt(path: string): Promise<Archive> {
  const files = (await runCommand('tar', ['-tzf', path])).split('\n');
  const manifest = await runCommand('tar', ['-xzOf', path, 'package/package.json']);
  return { path, manifest: JSON.parse(manifest) as Manifest, files };
}
