// npm run example -- NAME [arguments]: runs examples/NAME; without a name it lists what there is.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';

const [name, ...rest] = process.argv.slice(2);
// npm takes only the first `--` away; whoever puts another after the name means the same.
const args = rest[0] === '--' ? rest.slice(1) : rest;
const names = readdirSync('examples').filter((entry) => existsSync(`examples/${entry}/package.json`));

const usage = `Usage: npm run example -- NAME [options], where NAME is one of\n  ${names.join('\n  ')}`;

if (name === undefined) {
  console.log(usage);
  process.exit(0);
}
if (!names.includes(name)) {
  console.error(`There is no example '${name}'.\n${usage}`);
  process.exit(1);
}
const child = spawn(process.execPath, [`examples/${name}/dist/src/main.js`, ...args], { stdio: 'inherit' });
// The terminal sends an interrupt to both; only the example decides what it means.
process.on('SIGINT', () => {});
child.on('close', (code) => (process.exitCode = code ?? 1));
