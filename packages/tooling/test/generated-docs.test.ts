import test from 'ava';
import { runCommand } from './command.js';

const generate = 'packages/tooling/scripts/generate-docs.mjs';

test('the generated pages are those of the code', async (t) => {
  await t.notThrowsAsync(runCommand(process.execPath, [generate, '--check']));
});
