// Runs all compiled tests under c8 and closes with 'N passed, N failed, N skipped'. Arguments go to AVA.
import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

const child = spawn(
  process.execPath,
  ['node_modules/c8/bin/c8.js', process.execPath, 'node_modules/ava/entrypoints/cli.mjs', ...process.argv.slice(2)],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
let output = '';
child.stdout.setEncoding('utf8').on('data', (text) => {
  output += text;
  process.stdout.write(text);
});
child.on('close', (code) => {
  const plain = stripVTControlCharacters(output);
  const sum = (pattern) => [...plain.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  // AVA prints no total of passes when something failed, so the ticks are counted.
  const passed = plain.match(/^ {2}✔ /gm)?.length ?? 0;
  const failed =
    sum(/^ {2}(\d+) (?:tests?|hooks?) failed$/gm) +
    sum(/^ {2}(\d+) uncaught exceptions?$/gm) +
    sum(/^ {2}(\d+) unhandled rejections?$/gm);
  const skipped = sum(/^ {2}(\d+) tests? skipped$/gm);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = code !== 0 ? (code ?? 1) : Number(failed > 0 || passed === 0);
});
