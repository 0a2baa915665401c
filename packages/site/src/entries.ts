import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module that users import, and the file with its types. */
export interface Entry {
  readonly name: string;
  readonly declarations: string;
}

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | { readonly types?: string }>>;
}

/** Every entry point of the published packages. `adjoint` is last: what it exports once more is told where it is from. */
export function entriesOf(root: string): Entry[] {
  const names = readdirSync(join(root, 'packages')).filter((name) => name !== 'adjoint');
  return [...names, 'adjoint']
    .map((name) => join(root, 'packages', name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .flatMap((directory) => {
      const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
      if (manifest.private) return [];
      return Object.entries(manifest.exports ?? {}).flatMap(([path, entry]) =>
        typeof entry === 'string' || entry.types === undefined
          ? []
          : [{ name: manifest.name + path.slice(1), declarations: join(directory, entry.types) }],
      );
    });
}
