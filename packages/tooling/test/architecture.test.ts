import test from 'ava';
import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, normalize } from 'node:path';
import { importsOf, packageOf, scan, type Import } from './imports.js';
import { packages, publishable, type Project } from './projects.js';
import { importScript } from './scripts.js';

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

/** They put plugins together, code into files, or show what loggers write. */
const assemblies = [
  'adjoint',
  '@adjoint/architectures',
  '@adjoint/dashboard',
  '@adjoint/runner-bullmq',
  '@adjoint/standalone',
];

test('core imports no other package of the workspace, and a plugin package only core', (t) => {
  const found = violations(({ manifest }, { specifier }) => {
    const target = packageOf(specifier);
    if (assemblies.includes(manifest.name) || target === manifest.name) return false;
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
