import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the tests use of the scripts, which are plain JavaScript since they run before anything is compiled. */
interface Scripts {
  'audit.mjs': {
    runtimeDependencies(): { name: string; license: string; integrity?: string; users: readonly string[] }[];
  };
  'declarations.mjs': {
    annotated(text: string, file: string): Promise<string>;
    withoutInternals(text: string): string;
  };
  'error-codes.mjs': {
    declaredCodes(): { code: string; meaning: string }[];
    sourceFiles(): { file: string; text: string }[];
  };
  'lock.mjs': { acquireLock(checkout: string): Promise<() => void> };
  'manifests.mjs': { expectedManifests(): [file: string, manifest: object][] };
  'property-seed.mjs': { propertySeed(setting?: string): number | undefined };
  'references.mjs': { expectedReferences(): [file: string, references: object[]][] };
  'remove-orphans.mjs': { removeOrphans(directories: readonly string[]): void };
}

export async function importScript<Name extends keyof Scripts>(name: Name): Promise<Scripts[Name]> {
  return (await import(pathToFileURL(resolve('packages/tooling/scripts', name)).href)) as Scripts[Name];
}
