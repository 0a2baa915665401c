import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeBlocks } from '../code-blocks.js';
import { runCommand } from '../command.js';
import { packArchives, type Archive } from './archives.js';
import { serveRegistry, type Registry } from './registry.js';

/** A release as strangers get it: packed, in a registry on this machine, to be installed in folders of their own. */
export class Release {
  private constructor(
    readonly directory: string,
    readonly archives: readonly Archive[],
    private readonly registry: Registry,
  ) {}

  static async pack(): Promise<Release> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'adjoint-release-')));
    const archives = await packArchives(directory);
    return new Release(directory, archives, await serveRegistry(archives));
  }

  /** In which every package manager installs from the release. */
  get environment(): Readonly<Record<string, string>> {
    return this.registry.environment;
  }

  /** A folder with these files. */
  async folder(name: string, files: Readonly<Record<string, string | object>> = {}): Promise<string> {
    const folder = join(this.directory, name);
    await mkdir(folder, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return folder;
  }

  /** A folder with these files beside a package.json, after `npm install` of these packages. */
  async installed(name: string, packages: readonly string[], files?: Readonly<Record<string, string | object>>) {
    const manifest = { name: 'consumer', private: true, type: 'module' };
    const folder = await this.folder(name, { 'package.json': manifest, ...files });
    const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
    await runCommand('npm', ['install', ...quiet, ...packages], folder, this.environment);
    return folder;
  }

  async remove(): Promise<void> {
    this.registry.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** What whoever follows the README has of it. */
export interface Readme {
  /** The programs in order, which one that needs a page is not among. */
  readonly programs: readonly [first: string, ...others: string[]];
  readonly pageProgram: string;
  /** The file that the first program is saved as. */
  readonly fileName: string;
  /** By package manager, the commands that install and then run it. */
  readonly commands: Readonly<Record<string, readonly string[]>>;
}

export async function readReadme(): Promise<Readme> {
  const text = await readFile('README.md', 'utf8');
  const blocks = codeBlocks(text).filter(({ language }) => language === 'ts');
  const [needing = [], running = []] = [true, false].map((needs) =>
    blocks.filter(({ flags }) => flags.includes('no-run') === needs).map(({ code }) => code),
  );
  const [first, ...others] = running;
  const [pageProgram] = needing;
  const [, fileName] = /save it as `([^`]+)`/.exec(text) ?? [];
  if (!first || !pageProgram || !fileName) throw new Error('README.md does not say what to run.');
  const rows = text.matchAll(/^\| (npm|pnpm|yarn|Deno|Bun) +\| (.*)\|$/gm);
  const commands = [...rows].map(([, name, cell]) => [name, [...cell!.matchAll(/`([^`]+)`/g)].map(([, each]) => each)]);
  return {
    programs: [first, ...others],
    pageProgram,
    fileName,
    commands: Object.fromEntries(commands) as Readme['commands'],
  };
}
