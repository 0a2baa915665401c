import test from 'ava';
import { createApp } from 'adjoint';
import { encodeModel } from 'adjoint/io';
import { hasBrowser, launchBrowser } from '@adjoint/test-browser';
import { build } from 'esbuild';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gzipSync } from 'node:zlib';
import { codeBlocks } from './code-blocks.js';
import { runCommand } from './command.js';
import { publishable } from './projects.js';
import { packArchives, type Archive } from './release/archives.js';
import { contractTests } from './release/contract-tests.js';
import { wrongNames } from './release/wrong-names.js';
import { importScript } from './scripts.js';

// Everything that is published, as a stranger gets it: packed, and installed from the archives in an empty project.
let consumer: string;
let archives: readonly Archive[];

const mainEntries = publishable.map(({ manifest }) => manifest.name);
const forNodeAlone = [
  'create-adjoint',
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
  archives = await packArchives(consumer);
  await writeFile(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  await runCommand('npm', ['install', ...quiet, ...archives.map(({ path }) => path)], consumer);
});

test.after.always('remove the project', async () => {
  if (consumer) await rm(consumer, { recursive: true, force: true });
});

test('every entry point loads in Node', async (t) => {
  await writeFile(join(consumer, 'load.js'), allEntries.map((entry) => `await import('${entry}');`).join('\n'));
  await t.notThrowsAsync(runCommand(process.execPath, ['load.js'], consumer));
});

test('what is known of all manifests is in each (node packages/tooling/scripts/setup.mjs --update)', async (t) => {
  const { expectedManifests } = await importScript('manifests.mjs');
  for (const [file, manifest] of expectedManifests())
    t.is(await readFile(file, 'utf8'), `${JSON.stringify(manifest, null, 2)}\n`, file);
});

test('plugins state the version of their package', (t) => {
  for (const { directory, manifest } of publishable) {
    for (const name of readdirSync(`${directory}/src`, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts') || name.startsWith('testing/')) continue;
      const text = readFileSync(`${directory}/src/${name}`, 'utf8');
      for (const [, stated] of text.matchAll(/^(?! *(?:\*|\/\/)).*\bversion: '(\d[^']*)'/gm))
        t.is(stated, manifest.version, `${directory}/src/${name}`);
    }
  }
});

test('every package says what it is, how it is used and under which licence', (t) => {
  for (const { manifest, files } of archives) {
    const { name, description, keywords, homepage, bugs, repository, license, type, engines } = manifest;
    const told = { description, homepage, bugs, repository, license, type, engines };
    for (const [key, value] of Object.entries(told)) t.truthy(value, `${name} has no ${key}`);
    t.true((keywords ?? []).length >= 3 && 'sideEffects' in manifest, name);
    for (const file of ['README.md', 'LICENSE', 'package.json', 'dist/bundle/index.js', 'dist/types/index.d.ts'])
      t.true(files.includes(`package/${file}`), `${name} comes without ${file}`);
    t.false(
      files.some((file) => /dist\/src\/.*\.d\.ts/.test(file)),
      `${name} comes with declarations twice`,
    );
    t.false(JSON.stringify(manifest.exports).includes('bundled'), `${name} tells of a condition of the workspace`);
    t.false(/workspace:|catalog:/.test(JSON.stringify(manifest)), name);
  }
});

test('Node gets few files, bundlers the modules', async (t) => {
  await writeFile(join(consumer, 'resolve.js'), `console.log(import.meta.resolve('@adjoint/core'));`);
  t.regex(await runCommand(process.execPath, ['resolve.js'], consumer), /\/dist\/bundle\/index\.js$/m);
  t.regex(await bundled(`export { AdjointError } from '@adjoint/core';`, { metafile: true }), /dist\/src\/errors\.js/);
});

test('data that come with a package have addresses', async (t) => {
  const program = `import { readFileSync } from 'node:fs';
    import manifest from '@adjoint/data/package.json' with { type: 'json' };
    const url = new URL(import.meta.resolve('@adjoint/data/assets/digits/digits.csv'));
    console.log(manifest.name, readFileSync(url).length);`;
  await writeFile(join(consumer, 'assets.js'), program);
  t.regex(await runCommand(process.execPath, ['assets.js'], consumer), /^@adjoint\/data 264964$/m);
});

test('contract suites run under node:test in one line', async (t) => {
  const { holds, broken } = contractTests(`import test from 'node:test';`);
  await writeFile(join(consumer, 'holds.test.js'), holds);
  await writeFile(join(consumer, 'broken.test.js'), broken);
  t.regex(await runCommand(process.execPath, ['--test', 'holds.test.js'], consumer), /pass [1-9]/);
  const failed = await t.throwsAsync<Error>(runCommand(process.execPath, ['--test', 'broken.test.js'], consumer));
  t.regex(failed.message, /not ok \d+ - .*does not depend on the others/);
});

test('every entry point type-checks for Node', async (t) => {
  const options = { module: 'nodenext', types: ['node'], typeRoots: [resolve('node_modules/@types')] };
  await t.notThrowsAsync(typeCheck('node', allEntries, options));
});

test('every main entry point type-checks for a browser, without the types of Node', async (t) => {
  const options = { module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom'], types: [] };
  await t.notThrowsAsync(typeCheck('browser', browserEntries, options));
});

test('the compiler gives the nearest name for a wrong one, wherever something is chosen', async (t) => {
  const { program, firstLine, slips } = wrongNames;
  await writeFile(join(consumer, 'wrong.ts'), program);
  const options = { module: 'nodenext', types: ['node'], typeRoots: [resolve('node_modules/@types')] };
  const { message } = await t.throwsAsync<Error>(typeCheck('names', ['./wrong.js'], options));
  const told = stripVTControlCharacters(message).split('\n');
  slips.forEach(([choice, nearest], i) => {
    const lines = told.filter((line) => line.includes(`/wrong.ts:${firstLine + i}:`));
    t.is(lines.length, 1, `${choice}: ${told.join('\n')}`);
    t.regex(lines[0] ?? '', new RegExp(`Did you mean (to write )?['"]+${nearest}['"]+\\?`), choice);
  });
});

// What a page loads, minified and gzipped. The budgets hold the line; a change that needs more raises them and says why.
const bundles = [
  ['an error class alone', `export { AdjointError } from '@adjoint/core';`, 1_000],
  [
    'tensors, gradients and compiled programs',
    `export { Engine, valueAndGrad } from '@adjoint/core'; ${wasm()}`,
    80_000,
  ],
  ['a saved model that predicts', `export { loadStandalone } from 'adjoint/standalone';`, 18_000],
  // 4 kB of it are arrays, streams and texts as data, without a dataset; 1.5 kB activations, gradients, and what consoles
  // and failed assertions print; 1.5 kB what deep programs save by it: equal regions lowered once, memory planned by periods.
  ['an app that trains', `export { createApp } from '@adjoint/core'; ${wasm()}`, 139_500],
  ['an app of chosen plugins', `export { App, layers, optimizers, losses, wasm } from 'adjoint';`, 175_000],
  // An index of core must not bring its graph along.
  ['plain functions alone', `export { sizeOf, hostTensor } from '@adjoint/core';`, 2_500],
  ['all packages', browserEntries.map((entry, i) => `export * as entry${i} from '${entry}';`).join(''), Infinity],
] as const;

/** In kB, as the documents tell them. */
const toldSizes = readFileSync('docs/performance.md', 'utf8')
  .split(/^\| bundle .*\n.*\n/m)[1]!
  .split('\n\n')[0]!
  .split('\n')
  .map((row) => Number(row.split('|').at(-2)));

for (const [i, [name, source, budget]] of bundles.entries()) {
  test(`a bundle for a browser: ${name}`, async (t) => {
    const bytes = await gzippedBundle(source);
    t.log(`${bytes.toLocaleString('en')} bytes gzipped`);
    t.true(bytes > 0 && bytes <= budget, `${bytes} bytes are more than ${budget}`);
    const told = 1000 * (toldSizes[i] ?? bytes / 1000);
    t.true(Math.abs(told - bytes) <= 0.04 * bytes, `docs/performance.md tells of ${told} bytes`);
  });
}

test('what browsers load asks for nothing that only Node has', async (t) => {
  // esbuild refuses modules of Node; these are the globals. Protobuf's library asks first whether there is a process.
  const asking = browserEntries.filter((name) => name !== '@adjoint/onnx');
  const contents = asking.map((entry, i) => `export * as entry${i} from '${entry}';`).join('');
  const text = await bundled(contents, { minify: true });
  t.deepEqual([...text.matchAll(/(?<![.\w$])(?:Buffer\.\w+|process\.\w+|__dirname)\b/g)].map(String), []);
});

test('plugins that are not named drop from a bundle of adjoint', async (t) => {
  const some = await bundled(`export { App, layers, wasm } from 'adjoint';`, {});
  t.true(some.includes('multiHeadAttention'));
  for (const absent of ['labelSmoothing', 'reduceOnPlateau', 'rocAuc', 'softVoting'])
    t.false(some.includes(absent), absent);
});

const inBrowser = hasBrowser ? test : test.skip;

inBrowser('the program for a page that the README shows runs in a browser as it is written', async (t) => {
  const readme = readFileSync('README.md', 'utf8');
  const program = codeBlocks(readme).find(({ code }) => code.includes(`fetch('model.safetensors')`))!.code;
  // Its inputs: a file, and what the page declares.
  const app = createApp();
  t.teardown(() => app.close());
  const model = app.sequential({ input: [1, 28, 28] }, ['flatten', { dense: { units: 10 } }]);
  const file = encodeModel({ composition: model.composition, weights: await model.weights() });
  const pixels = [Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (__, x) => ((x * y) % 7) / 7))];

  const script = await bundled(program, { loader: 'ts' });
  const answers: Readonly<Record<string, string | Buffer>> = {
    '/': '<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>',
    '/page.js': script,
    '/model.safetensors': Buffer.from(file),
  };
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const page = await browser.newPage();
  await page.addInitScript((value) => Object.assign(globalThis, { pixels: value }), pixels);
  await page.route('**/*', (route) => {
    const path = new URL(route.request().url()).pathname;
    const contentType =
      path === '/' ? 'text/html' : path === '/page.js' ? 'text/javascript' : 'application/octet-stream';
    return route.fulfill({ body: answers[path]!, contentType });
  });
  const logged = page.waitForEvent('console');
  page.on('pageerror', (error) => t.fail(error.message));
  await page.goto('http://localhost/');
  t.deepEqual(await (await logged).args()[0]!.jsonValue(), await model.predictClasses(pixels));
});

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
  return gzipSync(await bundled(contents, { minify: true }), { level: 9 }).length;
}

/** A bundle for browsers, or, with `metafile`, what went into it as JSON. */
async function bundled(
  contents: string,
  { loader = 'js', ...options }: { minify?: true; metafile?: true; loader?: 'js' | 'ts' },
): Promise<string> {
  const result = await build({
    ...options,
    stdin: { contents, loader, resolveDir: consumer },
    absWorkingDir: consumer,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'silent',
  });
  return options.metafile ? JSON.stringify(result.metafile) : (result.outputFiles[0]?.text ?? '');
}
