import test from 'ava';
import { stripVTControlCharacters } from 'node:util';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runCommand } from './command.js';
import { readmePrograms, Release } from './release/consumer.js';

// The README followed in an empty folder, with the package managers and runtimes that users may have.

const { packageManager } = JSON.parse(await readFile('package.json', 'utf8')) as { packageManager: string };
const tools = ['tsx@4.23.15', 'deno@2.9.6', 'bun@1.4.5', '@yarnpkg/cli-dist@4.18.1'];
/** The accuracy that the README's first program reaches, in every engine. */
const reached = /accuracy: 0\.95/;

let release: Release;
let programs: Record<string, string>;
let toolFolder: string;

test.before('pack', async () => {
  release = await Release.pack();
  programs = await readmePrograms();
  toolFolder = await release.installed('tools', tools);
});

test.after.always('remove', () => release?.remove());

test.serial('npm', async (t) => {
  const folder = await release.installed('npm', ['adjoint'], programs);
  for (const name of Object.keys(programs)) await runs(t, process.execPath, [...typeScript(), name], folder);
});

test.serial('pnpm, which gives a package what it declares and no more', async (t) => {
  const folder = await release.folder('pnpm', programs);
  await runCommand('npx', ['--yes', packageManager, 'add', 'adjoint'], folder);
  for (const name of Object.keys(programs)) await runs(t, process.execPath, [...typeScript(), name], folder);
});

test.serial('yarn without node_modules', async (t) => {
  const settings = { npmRegistryServer: release.registry, unsafeHttpWhitelist: ['127.0.0.1'], enableTelemetry: false };
  // YAML is a superset of JSON.
  const folder = await release.folder('yarn', { ...programs, 'yarn.lock': '', '.yarnrc.yml': settings });
  const yarn = join(toolFolder, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js');
  await runCommand(process.execPath, [yarn, 'add', 'adjoint', 'tsx'], folder);
  for (const name of Object.keys(programs)) await runs(t, process.execPath, [yarn, 'tsx', name], folder);
});

test.serial('Deno, with types', async (t) => {
  const deno = await executable('@deno/linux-x64-glibc/deno');
  const folder = await release.folder('deno', programs);
  await runCommand(deno, ['add', 'npm:adjoint'], folder);
  await runCommand(deno, ['check', ...Object.keys(programs)], folder);
  for (const name of Object.keys(programs)) await runs(t, deno, ['run', '--allow-all', name], folder);
});

test.serial('Bun', async (t) => {
  const bun = await executable('@oven/bun-linux-x64/bin/bun');
  const folder = await release.folder('bun', programs);
  await runCommand(bun, ['add', 'adjoint'], folder);
  for (const name of Object.keys(programs)) await runs(t, bun, ['run', name], folder);
});

async function runs(
  t: { regex(text: string, pattern: RegExp): unknown },
  command: string,
  args: string[],
  folder: string,
) {
  const isFirst = args.includes(Object.keys(programs)[0] ?? '');
  t.regex(stripVTControlCharacters(await runCommand(command, args, folder)), isFirst ? reached : /./);
}

/** For Node before 22.18, which does not run TypeScript by itself. */
function typeScript(): string[] {
  return ['--import', pathToFileURL(join(toolFolder, 'node_modules/tsx/dist/esm/index.mjs')).href];
}

/** A program that an npm package ships; it is not executable before its install script has run. */
async function executable(path: string): Promise<string> {
  const file = join(toolFolder, 'node_modules', path);
  await runCommand('chmod', ['+x', file]);
  return file;
}
