import test from 'ava';
import { join } from 'node:path';
import { hasBrowser, launchBrowser } from '@adjoint/test-browser';
import { runCommand } from './command.js';
import { Release } from './release/consumer.js';
import { serveFolder } from './release/serve-folder.js';

// An app as bundlers build it with no settings of theirs: a network is trained on an asset of the data package.

const training = `import { createApp } from 'adjoint';
import { digits, split } from 'adjoint/data';

export async function trained(csv) {
  const app = createApp();
  const [train, test] = split(await digits(csv), [0.8, 0.2], { seed: 1 });
  const model = app.sequential({ input: [1, 8, 8] }, ['flatten', { dense: { units: 32 } }, 'relu', { dense: { units: 10 } }]);
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: { adam: { learningRate: 1e-2 } }, metrics: ['accuracy'] });
  await trainer.fit(train, { epochs: 5, batchSize: 32 });
  const { accuracy } = await trainer.evaluate(test);
  await app.close();
  return accuracy > 0.9 ? 'learnt' : 'accuracy ' + accuracy;
}
`;
const forNode = `import { readFileSync } from 'node:fs';
import { trained } from './training.js';
console.log(await trained(readFileSync('node_modules/@adjoint/data/assets/digits/digits.csv')));
`;

const inBrowser = hasBrowser ? test.serial : test.serial.skip;

let release: Release;
test.before('pack', async () => void (release = await Release.pack()));
test.after.always('remove', () => release?.remove());

/** What to build, and that it is for Node. */
const webpackConfig = `export default {
  entry: './main.js', mode: 'production', target: 'node', output: { path: process.cwd(), filename: 'out.cjs' },
};
`;

const bundlers = {
  esbuild: [
    'esbuild@0.28.2',
    'node_modules/esbuild/bin/esbuild',
    'main.js --bundle --format=esm --platform=node --outfile=out.mjs',
  ],
  Rollup: [
    'rollup@4.68.8 @rollup/plugin-node-resolve @rollup/plugin-commonjs',
    'node_modules/rollup/dist/bin/rollup',
    'main.js -p node-resolve -p commonjs -f es -o out.mjs',
  ],
  webpack: ['webpack@5.113.0 webpack-cli', 'node_modules/webpack-cli/bin/cli.js', '-c webpack.config.mjs'],
} as const;

for (const [name, [packages, program, parameters]] of Object.entries(bundlers)) {
  test.serial(name, async (t) => {
    const files = { 'training.js': training, 'main.js': forNode, 'webpack.config.mjs': webpackConfig };
    const folder = await release.installed(name, ['adjoint', ...packages.split(' ')], files);
    // Its install script puts a binary in place of this file.
    const command = name === 'esbuild' ? [] : [process.execPath];
    const [start = '', ...rest] = [...command, join(folder, program), ...parameters.split(' ')];
    await runCommand(start, rest, folder);
    const out = name === 'webpack' ? 'out.cjs' : 'out.mjs';
    t.regex(await runCommand(process.execPath, [out], folder), /^learnt$/m);
  });
}

const page = `<!doctype html><title>page</title><script type="module" src="/page.js"></script>`;
const pageScript = `import { trained } from './training.js';
import address from '@adjoint/data/assets/digits/digits.csv?url';
const response = await fetch(address);
document.title = await trained(new Uint8Array(await response.arrayBuffer()));
`;

inBrowser('Vite, in Chromium', async (t) => {
  const files = { 'training.js': training, 'page.js': pageScript, 'index.html': page };
  const folder = await release.installed('vite', ['adjoint', '@adjoint/data', 'vite@8.3.8'], files);
  await runCommand(process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--target', 'es2022'], folder);
  t.is(await titleOf(t, join(folder, 'dist')), 'learnt');
});

const webpackScript = `import { trained } from './training.js';
const address = new URL('@adjoint/data/assets/digits/digits.csv', import.meta.url);
fetch(address).then((response) => response.arrayBuffer()).then((bytes) => trained(new Uint8Array(bytes)))
  .then((text) => { document.title = text; }, (error) => { document.title = String(error); });
`;

inBrowser('webpack, in Chromium', async (t) => {
  const files = {
    'training.js': training,
    'src/index.js': webpackScript.replace('./', '../'),
    'dist/index.html': page,
  };
  const folder = await release.installed(
    'webpack-page',
    ['adjoint', '@adjoint/data', ...bundlers.webpack[0].split(' ')],
    files,
  );
  const output = ['--mode', 'production', '--output-filename', 'page.js'];
  await runCommand(process.execPath, ['node_modules/webpack-cli/bin/cli.js', ...output], folder);
  t.is(await titleOf(t, join(folder, 'dist')), 'learnt');
});

const nextPage = `'use client';
import { useEffect, useState } from 'react';
import { trained } from '../training.js';
export default function Page() {
  const [state, setState] = useState('waiting');
  useEffect(() => {
    fetch('/digits.csv').then((response) => response.arrayBuffer()).then((bytes) => trained(new Uint8Array(bytes)))
      .then((text) => { document.title = text; setState(text); }, (error) => { document.title = String(error); });
  }, []);
  return <p>{state}</p>;
}
`;

inBrowser('Next.js, in Chromium', async (t) => {
  const files = {
    'training.js': training,
    'app/page.jsx': nextPage,
    'app/layout.jsx': `export default ({ children }) => <html><body>{children}</body></html>;\n`,
    // Static pages, which need no server of Next's.
    'next.config.mjs': `export default { output: 'export' };\n`,
  };
  const folder = await release.installed('next', ['adjoint', 'next@16.4.6', 'react', 'react-dom'], files);
  const environment = { NEXT_TELEMETRY_DISABLED: '1', CI: 'true' };
  await runCommand(process.execPath, ['node_modules/next/dist/bin/next', 'build'], folder, environment);
  await runCommand('cp', ['node_modules/@adjoint/data/assets/digits/digits.csv', 'out/'], folder);
  t.is(await titleOf(t, join(folder, 'out')), 'learnt');
});

/** The title that a page has once it is done, served from a folder and shown in Chromium. */
async function titleOf(t: { teardown(undo: () => unknown): void }, folder: string): Promise<string> {
  const { url, close } = await serveFolder(folder);
  t.teardown(close);
  const browser = await launchBrowser();
  t.teardown(() => browser.close());
  const tab = await browser.newPage();
  const problems: string[] = [];
  tab.on('pageerror', (error) => problems.push(String(error)));
  await tab.goto(url);
  await tab
    .waitForFunction(`/learnt|accuracy|rror/.test(document.title)`, undefined, { timeout: 60_000 })
    .catch((error: unknown) => problems.push(String(error)));
  return problems.length > 0 ? problems.join('\n') : tab.title();
}
