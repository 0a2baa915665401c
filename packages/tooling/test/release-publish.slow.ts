import test from 'ava';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { publishable, type Manifest } from './projects.js';
import { readReadme } from './release/consumer.js';
import { serveRegistry, token, type Registry } from './release/registry.js';

// The next release, made from what is committed in a clone of it: new versions, published to a registry on this machine,
// installed from there.

let directory: string;
let clone: string;
let registry: Registry;
const { version } = publishable[0]!.manifest;
const next = version.replace(/\d+$/, (patch) => String(Number(patch) + 1));

test.before('clone', async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'adjoint-next-')));
  clone = join(directory, 'clone');
  registry = await serveRegistry([]);
  await runCommand('git', ['clone', '--quiet', '.', clone]);
});
test.after.always('remove', async () => {
  registry?.close();
  if (directory) await rm(directory, { recursive: true, force: true });
});

test.serial('a changeset gives every package and every plugin the next version', async (t) => {
  await writeFile(join(clone, '.changeset/next.md'), `---\n'@adjoint/core': patch\n---\n\nA try.\n`);
  t.true((await runCommand('npm', ['run', 'release:version'], clone)).includes(`${version} → ${next}`));
  for (const { directory: folder, manifest } of publishable)
    t.is((await manifestIn(join(clone, folder))).version, next, manifest.name);
  const stated = await runCommand(
    'git',
    // The plugin that a template begins has a version of its own.
    ['grep', '-hE', `(version:|CORE_VERSION =) '[0-9]`, '--', 'packages/*/src/*.ts', ':!packages/*/templates/*'],
    clone,
  );
  t.false(stated.includes(`'${version}'`), stated);
  t.true(stated.split(`'${next}'`).length > 20, stated);
});

test.serial('a version that is given is that of every package', async (t) => {
  await runCommand('npm', ['run', 'release:version', '--', '7.1.0'], clone);
  for (const { directory: folder, manifest } of publishable)
    t.is((await manifestIn(join(clone, folder))).version, '7.1.0', manifest.name);
});

test.serial('what is published installs, and the README holds', async (t) => {
  const settings = join(directory, 'npmrc');
  await writeFile(settings, `//${new URL(registry.url).host}/:_authToken=${token}\n`);
  // npm itself gives the second to what it runs, also to this test.
  const environment = { ...registry.environment, NPM_CONFIG_USERCONFIG: settings, npm_config_userconfig: settings };
  const release = ['run', 'release', '--', '--no-git-checks'];
  await runCommand('npm', release, clone, environment);

  const { programs, fileName, commands } = await readReadme();
  const folder = join(directory, 'consumer');
  await mkdir(folder);
  await writeFile(join(folder, fileName), programs[0]);
  let printed = '';
  for (const command of commands['npm']!)
    printed = await runCommand('sh', ['-c', command], folder, registry.environment);
  t.regex(printed, /accuracy: 0\.95/);
  t.is((await manifestIn(join(folder, 'node_modules/@adjoint/core'))).version, '7.1.0');
  t.regex(await runCommand('npx', ['adjoint', '--version'], folder), /^7\.1\.0$/m);

  // npm remembers what `npm create` once ran by its name alone, so that it may be the version of another test.
  const anew = { ...registry.environment, npm_config_cache: join(directory, 'npm') };
  await runCommand('npm', ['create', 'adjoint', '--', 'app', '--template', 'app'], folder, anew);
  t.is((await manifestIn(join(folder, 'app'))).dependencies?.['adjoint'], '^7.1.0');
  t.regex(
    await runCommand('npm', release, clone, environment),
    /no new packages|nothing/i,
    'nothing is published twice',
  );
});

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}
