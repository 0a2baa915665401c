import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Command } from 'commander';
import { commandLine } from '../../src/cli/command-line.js';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { adjoint } from './run-command.js';

// Each command line that a document shows is one that the program understands.

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const documents = ['README.md', ...pages.map((name) => `docs/${name}`)];

/** The arguments of each `npx adjoint …` in the shell blocks of a document. */
async function commandLines(document: string): Promise<string[][]> {
  const markdown = await readFile(join(root, document), 'utf8');
  const blocks = [...markdown.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].map(([, code = '']) => code);
  return blocks
    .flatMap((code) => code.split('\n'))
    .flatMap((line) => {
      const [, rest] = /^\s*npx adjoint (.*)$/.exec(line) ?? [];
      return rest === undefined
        ? []
        : [[...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)];
    });
}

/** The program, but for what its commands do; the name of the one that is called comes back. */
function parsed(args: readonly string[]): Promise<string> {
  const program = commandLine();
  return new Promise((done, failed) => {
    for (const command of program.commands as Command[]) {
      command.configureOutput({ writeErr: () => undefined }).exitOverride();
      command.action(() => done(command.name()));
    }
    program.parseAsync([...args], { from: 'user' }).catch(failed);
  });
}

test('the program understands the command lines of all documents', async (t) => {
  for (const document of documents)
    for (const args of await commandLines(document))
      await t.notThrowsAsync(parsed(args), `${document}: ${args.join(' ')}`);
});

test('a wrong option would be noticed', async (t) => {
  await t.throwsAsync(parsed(['train', 'digits.json', '--epoch', '3']), { message: /unknown option '--epoch'/ });
});

test('the page shows every command with an example, and every exit code', async (t) => {
  const shown = await Promise.all((await commandLines('docs/command-line.md')).map(parsed));
  t.deepEqual(
    [...new Set(shown)].sort(),
    commandLine()
      .commands.map((command) => command.name())
      .sort(),
  );
  const page = await readFile(join(root, 'docs/command-line.md'), 'utf8');
  for (const code of Object.values(exitCodes)) t.regex(page, new RegExp(`^\\| ${code} `, 'm'));
});

test('the configuration of the page trains', async (t) => {
  const page = await readFile(join(root, 'docs/command-line.md'), 'utf8');
  const [, json = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-page-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'digits.json'), json);
  const { code, output, errors } = await adjoint(directory, ['train', 'digits.json', '--epochs', '1']);
  t.is(code, exitCodes.done, errors);
  t.regex(output, /test {2}loss \d\.\d+ {2}accuracy 0\.\d+/);
  t.deepEqual((await readdir(join(directory, 'output'))).sort(), ['model.safetensors', 'run.safetensors']);
});
