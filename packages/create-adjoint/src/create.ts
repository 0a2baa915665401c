import { cp, mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What can be begun, and what each is. */
export const templates = {
  app: 'a program for Node.js that trains and predicts',
  page: 'a web page, by Vite, that trains in the browser',
  plugin: 'a package with a layer and an optimizer, typed, tested and ready to publish',
} as const;
export type Template = keyof typeof templates;

export interface CreateOptions {
  readonly template: Template;
  /** The folder to make. It may be there if it is empty. */
  readonly directory: string;
  /** The name of the package; the folder's if not given. */
  readonly name?: string;
}

// Seen from `dist/src` and from `dist/bundle`.
const folder = fileURLToPath(new URL('../../templates/', import.meta.url));
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/**
 * Writes the files of a template into a folder and returns their paths, as seen from there.
 * @throws Error that says what is wrong with the folder or the name; nothing is written then
 */
export async function create({ template, directory, name = nameOf(directory) }: CreateOptions): Promise<string[]> {
  if (!(template in templates))
    throw new Error(`There is no template '${template}'; there are ${Object.keys(templates).join(', ')}.`);
  if (!packageName.test(name) || name.length > 214)
    throw new Error(`'${name}' cannot be the name of a package; use lower-case letters, digits and -.`);
  const present = await readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw new Error(`${directory}: ${cause.message}`, { cause });
  });
  if (present.length > 0) throw new Error(`${directory} is not empty; name a new folder.`);
  await mkdir(directory, { recursive: true });
  await cp(join(folder, template), directory, { recursive: true });
  // npm leaves out the one when it packs, and takes the other for that of a package within the package.
  await rename(join(directory, '_gitignore'), join(directory, '.gitignore'));
  await rename(join(directory, '_package.json'), join(directory, 'package.json'));
  const files = (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const { version, repository } = await ownManifest();
  const home = repository.url.replace(/^git\+|\.git$/g, '');
  for (const file of files) {
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text
        .replaceAll('PACKAGE_NAME', name)
        .replaceAll('VENDOR', vendorOf(name))
        .replaceAll('ADJOINT_VERSION', version)
        .replaceAll('ADJOINT_HOME', home),
    );
  }
  return files.map((file) => file.slice(resolve(directory).length + 1)).sort();
}

/** What a folder's name makes of a package's: `My App` becomes `my-app`. */
function nameOf(directory: string): string {
  return basename(resolve(directory))
    .toLowerCase()
    .replace(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
}

/** What stands before the names that a third party registers: the scope, or the package's own name. */
function vendorOf(name: string): string {
  const [first = name] = name.replace(/^@/, '').split('/');
  return first.replace(/^adjoint-(?=.)/, '').replace(/[^a-z0-9-]/g, '-');
}

/** All packages of Adjoint have one version and one repository. */
async function ownManifest(): Promise<{ version: string; repository: { url: string } }> {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest) as { version: string; repository: { url: string } };
}
