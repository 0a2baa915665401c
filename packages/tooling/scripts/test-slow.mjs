// npm run test:slow -- NAME…: runs packages/*/test/**/NAME*.slow.ts, tests that take minutes; without a name all of them.
// ADJOINT_COUNT=N sets how many tries a test makes, ADJOINT_SEED=N its seed.
import { spawn } from 'node:child_process';

const names = process.argv.slice(2);
const odd = names.find((name) => !/^[\w-]+$/.test(name));
if (odd !== undefined) {
  console.error(`There is no slow test '${odd}'; give the beginning of a file's name, such as crash.`);
  process.exit(1);
}
const files = names.map((name) => `packages/*/dist/test/**/${name}*.slow.js`);
const child = spawn(
  process.execPath,
  ['node_modules/ava/entrypoints/cli.mjs', '--config', 'packages/tooling/scripts/slow.config.mjs', ...files],
  { stdio: 'inherit' },
);
child.on('close', (code) => (process.exitCode = code ?? 1));
