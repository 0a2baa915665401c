import test from 'ava';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const run = promisify(execFile);

for (const [tool, argument] of [
  ['oxlint', '--deny-warnings'],
  ['oxfmt', '--check'],
] as const) {
  test(`${tool} ${argument} has nothing to report`, async (t) => {
    const complaint = await run(`node_modules/.bin/${tool}`, [argument], { cwd: root }).then(
      () => '',
      (error: { stdout: string; stderr: string }) => error.stdout + error.stderr,
    );
    t.is(complaint, '');
  });
}
