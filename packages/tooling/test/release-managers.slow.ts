import test from 'ava';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runCommand } from './command.js';
import { readReadme, Release, type Readme } from './release/consumer.js';
import { packageManagers } from './release/package-managers.js';

// The README followed word for word in an empty folder, with the package managers and runtimes that users may have.

let release: Release;
let environment: Record<string, string>;
let readme: Readme;

test.before('pack', async () => {
  readme = await readReadme();
  release = await Release.pack();
  environment = await packageManagers(release);
});

test.after.always('remove', () => release?.remove());

for (const name of ['npm', 'pnpm', 'yarn', 'Deno', 'Bun']) {
  test.serial(name, async (t) => {
    const { programs, fileName, commands } = readme;
    const folder = await release.folder(name, { [fileName]: programs[0] });
    let printed = '';
    for (const command of commands[name]!) printed = await shell(command, folder);
    t.regex(printed, /accuracy: 0\.95/, 'it has learnt');
    t.regex(printed, /name: ['"]6['"]/, 'it predicts');
    t.true(existsSync(join(folder, 'model.safetensors')));
    for (const program of programs.slice(1)) {
      await writeFile(join(folder, fileName), program);
      t.regex(await shell(commands[name]!.at(-1)!, folder), /./);
    }
    // Deno brings a compiler with it.
    if (name === 'Deno') {
      for (const program of [...programs, readme.pageProgram]) {
        await writeFile(join(folder, fileName), program);
        await t.notThrowsAsync(shell(`deno check ${fileName}`, folder));
      }
    }
  });
}

async function shell(command: string, folder: string): Promise<string> {
  return stripVTControlCharacters(await runCommand('sh', ['-c', command], folder, environment));
}
