import test from 'ava';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, normalize } from 'node:path';
import { packages, publishable, type Project } from './projects.js';
import { importScript } from './scripts.js';

interface Import {
  readonly file: string;
  /** What stands between `import` and `from`. */
  readonly names: string;
  readonly specifier: string;
}

const portable = ['@adjoint/core', '@adjoint/backend-wasm'];
const sources = new Map(publishable.map((project) => [project, importsOf(project)]));

test('imports are recognised in all their forms', (t) => {
  const text = `import { a,\n  b } from 'one';\nimport 'two';\nexport * from "three";
    /** @example import x from 'comment'; */\n// import 'comment';\nconst m = await import('four'); let t: import('five').T;`;
  t.deepEqual(
    scan('x.ts', text).map(({ specifier }) => specifier),
    ['one', 'two', 'three', 'four', 'five'],
  );
});

test('core imports no other package of the workspace, and a plugin package only core', (t) => {
  const found = violations(({ manifest }, { specifier }) => {
    const target = packageOf(specifier);
    if (manifest.name === 'adjoint' || target === manifest.name) return false;
    return packages.some(({ manifest: { name } }) => name === target) && target !== '@adjoint/core';
  });
  t.deepEqual(found, []);
});

test('what a package imports, it declares', (t) => {
  const found = violations(({ manifest }, { specifier }) => {
    if (specifier.startsWith('.') || specifier.startsWith('#') || isBuiltin(specifier)) return false;
    const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
    return packageOf(specifier) !== manifest.name && !(packageOf(specifier) in declared);
  });
  t.deepEqual(found, []);
});

test('relative imports stay inside the sources of their package', (t) => {
  const found = violations(({ directory }, { file, specifier }) => {
    return specifier.startsWith('.') && !normalize(join(file, '..', specifier)).startsWith(join(directory, 'src'));
  });
  t.deepEqual(found, []);
});

test('core and the wasm backend use modules of Node only in their ./node entry point', (t) => {
  const found = violations(({ directory, manifest }, { file, specifier }) => {
    const forNode = file === `${directory}/src/node.ts` || file.startsWith(`${directory}/src/node/`);
    return portable.includes(manifest.name) && isBuiltin(specifier) && !forNode;
  });
  t.deepEqual(found, []);
});

test('nothing touches the global container of tsyringe', (t) => {
  const found = violations((_, { file, names, specifier }) => {
    // The class of containers is not exported; this file takes it from the global one and registers nothing there.
    const knowsClass = file === 'packages/core/src/registry/container.ts';
    return specifier === 'tsyringe' && !knowsClass && /\bcontainer\b|\*/.test(names);
  });
  t.deepEqual(found, []);
});

test('reflect-metadata is imported once, in core', (t) => {
  const found = violations((_, { specifier }) => packageOf(specifier) === 'reflect-metadata');
  t.is(found.length, 1);
  t.regex(found[0]!, /^packages\/core\//);
});

test('the project references are those that the manifests ask for (node packages/tooling/scripts/setup.mjs --update)', async (t) => {
  const { expectedReferences } = await importScript('references.mjs');
  for (const [file, references] of expectedReferences()) {
    const config = JSON.parse(readFileSync(file, 'utf8')) as { references?: object[] };
    t.deepEqual(config.references ?? [], references, file);
  }
});

/** The imports that break a rule, as `file: specifier`. */
function violations(breaksRule: (project: Project, found: Import) => boolean): string[] {
  return [...sources].flatMap(([project, imports]) =>
    imports.filter((found) => breaksRule(project, found)).map(({ file, specifier }) => `${file}: ${specifier}`),
  );
}

function importsOf({ directory }: Project): Import[] {
  const folder = `${directory}/src`;
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.flatMap((name) => scan(join(folder, name), readFileSync(join(folder, name), 'utf8')));
}

function scan(file: string, text: string): Import[] {
  const code = text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const statement = /^\s*(?:import|export)\b([^'"]*?)\bfrom\s*['"]([^'"]+)|\bimport\b(\s*\(?\s*)['"]([^'"]+)/gm;
  return [...code.matchAll(statement)].map((match) => ({
    file,
    names: match[1] ?? match[3]!,
    specifier: match[2] ?? match[4]!,
  }));
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
