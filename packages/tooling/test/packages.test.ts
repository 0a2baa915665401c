import test from 'ava';
import { build } from 'esbuild';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runCommand } from './command.js';
import { publishable } from './projects.js';

// Everything that is published, as a stranger gets it: packed, and installed from the archives in an empty project.
let consumer: string;

const mainEntries = publishable.map(({ manifest }) => manifest.name);
const forNodeAlone = [
  '@adjoint/backend-native',
  '@adjoint/dashboard',
  '@adjoint/runner-bullmq',
  '@adjoint/runner-workers',
];
const browserEntries = mainEntries.filter((name) => !forNodeAlone.includes(name));
const allEntries = publishable.flatMap(({ manifest }) =>
  Object.entries(manifest.exports ?? {})
    // Assets and the manifest itself are no modules.
    .filter(([, entry]) => typeof entry !== 'string')
    .map(([path]) => manifest.name + path.slice(1)),
);

test.before('pack and install', async () => {
  consumer = await realpath(await mkdtemp(join(tmpdir(), 'adjoint-consumer-')));
  const { packageManager } = JSON.parse(await readFile('package.json', 'utf8')) as { packageManager: string };
  const selection = mainEntries.flatMap((name) => ['--filter', name]);
  const pnpm = ['--yes', '--prefer-offline', packageManager, ...selection];
  await runCommand('npx', [...pnpm, 'pack', '--pack-destination', consumer]);
  const archives = (await readdir(consumer)).filter((name) => name.endsWith('.tgz'));
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await runCommand('npm', ['install', ...quiet, ...archives.map((name) => `./${name}`)], consumer);
});

test.after.always('remove the project', async () => {
  if (consumer) await rm(consumer, { recursive: true, force: true });
});

test('every entry point loads in Node', async (t) => {
  await writeFile(join(consumer, 'load.js'), allEntries.map((entry) => `await import('${entry}');`).join('\n'));
  await t.notThrowsAsync(runCommand(process.execPath, ['load.js'], consumer));
});

test('every entry point type-checks for Node', async (t) => {
  const options = { module: 'nodenext', types: ['node'], typeRoots: [resolve('node_modules/@types')] };
  await t.notThrowsAsync(typeCheck('node', allEntries, options));
});

test('every main entry point type-checks for a browser, without the types of Node', async (t) => {
  const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] };
  await t.notThrowsAsync(typeCheck('browser', browserEntries, options));
});

// What a page loads, minified and gzipped. The budgets hold the line; a change that needs more raises them and says why.
const bundles = [
  ['an error class alone', `export { AdjointError } from '@adjoint/core';`, 1_000],
  [
    'tensors, gradients and compiled programs',
    `export { Engine, valueAndGrad } from '@adjoint/core'; ${wasm()}`,
    80_000,
  ],
  ['an app that trains', `export { createApp } from '@adjoint/core'; ${wasm()}`, 132_000],
  ['all packages', browserEntries.map((entry, i) => `export * as entry${i} from '${entry}';`).join(''), Infinity],
] as const;

for (const [name, source, budget] of bundles) {
  test(`a bundle for a browser: ${name}`, async (t) => {
    const bytes = await gzippedBundle(source);
    t.log(`${bytes.toLocaleString('en')} bytes gzipped`);
    t.true(bytes > 0 && bytes <= budget, `${bytes} bytes are more than ${budget}`);
  });
}

async function typeCheck(name: string, entries: readonly string[], options: object): Promise<void> {
  const imports = entries.map((entry, index) => `import * as entry${index} from '${entry}';`);
  const exported = entries.map((_, index) => `entry${index}`);
  await writeFile(join(consumer, `${name}.ts`), `${imports.join('\n')}\nexport { ${exported.join(', ')} };\n`);
  const compilerOptions = { target: 'es2023', strict: true, noEmit: true, ...options };
  const project = join(consumer, `tsconfig.${name}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
  await runCommand(process.execPath, ['node_modules/typescript/bin/tsc', '--project', project]);
}

function wasm(): string {
  return `export { wasm, WasmBackend } from '@adjoint/backend-wasm';`;
}

/** The size of a minified, gzipped bundle. esbuild refuses Node's own modules here. */
async function gzippedBundle(contents: string): Promise<number> {
  const result = await build({
    stdin: { contents, resolveDir: consumer },
    absWorkingDir: consumer,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return gzipSync(result.outputFiles[0]!.contents, { level: 9 }).length;
}
