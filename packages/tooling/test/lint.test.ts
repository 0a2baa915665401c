import test from 'ava';
import { runCommand } from './command.js';

test('oxlint has nothing to report', async (t) => {
  await t.notThrowsAsync(runCommand('node_modules/.bin/oxlint', ['--deny-warnings']));
});

test('oxfmt finds every file formatted (npm run format mends it)', async (t) => {
  await t.notThrowsAsync(runCommand('node_modules/.bin/oxfmt', ['--check']));
});
