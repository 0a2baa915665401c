// Runs the tests, and whenever a source is saved, compiles it and runs the tests that depend on it. Arguments go to AVA.
// (`tsc -b --watch` would do the first part, but it polls, which keeps a core half busy.)
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';

const ava = ['node_modules/ava/entrypoints/cli.mjs', '--watch', ...process.argv.slice(2)];
spawn(process.execPath, ava, { stdio: 'inherit' }).on('close', (code) => process.exit(code ?? 1));

// Refreshed by each change, so that files that are saved together are compiled together.
const compilation = setTimeout(() => {
  const tsc = ['node_modules/typescript/bin/tsc', '-b'];
  spawnSync(process.execPath, tsc, { stdio: ['ignore', 'inherit', 'inherit'] });
}, 100);
for (const folder of ['packages', 'examples']) {
  watch(folder, { recursive: true }, (_, name) => {
    if (name?.endsWith('.ts') && !/[\\/](dist|node_modules)[\\/]/.test(name)) compilation.refresh();
  });
}
