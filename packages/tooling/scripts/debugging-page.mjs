import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const page = 'docs/debugging.md';
const script = fileURLToPath(new URL('inspect.mjs', import.meta.url));

/** A command of the page, perhaps cut to its first lines, with the block that shows its output. */
const commandAndOutput = /(```sh\nnpm run inspect -- ([^\n|]+?)(?: \| head -n (\d+))?\n```\n\n```text\n).*?(^```$)/gms;
/** The name of a file, with the block that shows what is in it. */
const fileAndContent = /(^`([\w/.-]+\.ts)`:\n\n```ts no-run\n).*?(^```$)/gms;

/** docs/debugging.md with the outputs of its commands, and with the files that it names. */
export async function debuggingPage() {
  const text = readFileSync(page, 'utf8').replaceAll(
    fileAndContent,
    (_, before, file, end) => before + readFileSync(file, 'utf8') + end,
  );
  const outputs = await Promise.all(
    [...text.matchAll(commandAndOutput)].map(([, , args, lines]) => output(args, lines)),
  );
  return text.replaceAll(commandAndOutput, (_, before, args, lines, end) => `${before}${outputs.shift()}\n${end}`);
}

async function output(args, lines) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args.split(' ')], { maxBuffer: 2 ** 26 });
  return stdout.trimEnd().split('\n').slice(0, lines).join('\n');
}
