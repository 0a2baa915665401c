import { existsSync, readFileSync, readdirSync } from 'node:fs';

/** The parts of a package.json that the checks read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly repository?: object;
  readonly license?: string;
  readonly type?: string;
  readonly engines?: { readonly node?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export interface Project {
  /** Relative to the root of the workspace, where AVA runs. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export const packages: readonly Project[] = readdirSync('packages')
  .map((name) => `packages/${name}`)
  .filter((directory) => existsSync(`${directory}/package.json`))
  .map((directory) => ({
    directory,
    manifest: JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) as Manifest,
  }));

export const publishable = packages.filter(({ manifest }) => !manifest.private);
