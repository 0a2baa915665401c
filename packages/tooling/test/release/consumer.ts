import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeBlocks } from '../code-blocks.js';
import { runCommand } from '../command.js';
import { packArchives, type Archive } from './archives.js';
import { serveRegistry } from './registry.js';

const manifest = { name: 'consumer', private: true, type: 'module' };

/** A release as strangers get it: packed, in a registry on this machine, to be installed in folders of their own. */
export class Release {
  private constructor(
    readonly directory: string,
    readonly archives: readonly Archive[],
    readonly registry: string,
    readonly stop: () => void,
  ) {}

  static async pack(): Promise<Release> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'adjoint-release-')));
    const archives = await packArchives(directory);
    const { url, close } = await serveRegistry(archives);
    return new Release(directory, archives, url, close);
  }

  /** A folder with these files beside a package.json; npm, pnpm, Deno and Bun install from the release there. */
  async folder(name: string, files: Readonly<Record<string, string | object>> = {}): Promise<string> {
    const folder = join(this.directory, name);
    const all = { 'package.json': manifest, '.npmrc': `registry=${this.registry}\n`, ...files };
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return folder;
  }

  /** The folder after `npm install` of these packages. */
  async installed(name: string, packages: readonly string[], files?: Readonly<Record<string, string | object>>) {
    const folder = await this.folder(name, files);
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    await runCommand('npm', ['install', ...quiet, ...packages], folder);
    return folder;
  }

  async remove(): Promise<void> {
    this.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** The programs of the README in order, as files. */
export async function readmePrograms(): Promise<Record<string, string>> {
  const programs = codeBlocks(await readFile('README.md', 'utf8')).filter(({ language }) => language === 'ts');
  return Object.fromEntries(programs.map(({ code }, i) => [`program${i}.ts`, code]));
}
