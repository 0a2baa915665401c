import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { readRun, writeReport } from '../src/index.js';
import { pixel, temporary, writeRun } from './written-run.js';

test('a report has the charts of the dashboard in one file that loads and runs nothing', async (t) => {
  const folder = await temporary(t);
  const run = await writeRun(folder, 'first');
  const file = join(folder, 'new', 'report.html');
  await writeReport(run, file);
  const html = await readFile(file, 'utf8');
  for (const title of [
    'loss',
    'learning rate',
    'norm of the gradient',
    'confusion matrix of the validation',
    'kernels of a step',
  ])
    t.true(html.includes(`>${title}</text>`), title);
  t.true(html.includes(`<img src="${pixel}" alt="example 7"><br>cat taken for dog`));
  t.regex(html, /<th>optimizer<\/th><td>sgd<\/td>/);
  t.true(html.includes(`content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"`));
  // The names of XML are no addresses that something is loaded from.
  const addresses = html.match(/(?:https?:)?\/\/[\w.-]+/g) ?? [];
  t.deepEqual([...new Set(addresses)], ['http://www.w3.org']);
  t.notRegex(html, /<script|<link|<iframe|@import|url\((?!#)/);
});

test('runs of a group are compared, with their mean and range', async (t) => {
  const folder = await temporary(t);
  const runs = [
    await writeRun(folder, 'member', { group: 'member' }),
    await writeRun(folder, 'member-2', { group: 'member' }),
  ];
  await writeReport(runs, join(folder, 'report.html'));
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  t.true(html.includes('validation loss of the 2 of member'));
  t.true(html.includes('>member-2</text>') && html.includes('dashed: validation'));
});

test('what a run says is text, whatever it says', async (t) => {
  const folder = await temporary(t);
  const evil = '</text><script>alert(1)</script>"&';
  const run = await writeRun(folder, 'first', {
    classes: [evil, 'dog'],
    summary: evil,
    hyperparameters: { [evil]: evil },
  });
  const image = { truth: 0, predicted: 1, count: 1, examples: [{ index: 0, image: `"><script>alert(1)</script>` }] };
  await writeFile(join(run, 'examples.json'), JSON.stringify({ classes: 2, examples: 1, cells: [image] }));
  await writeReport(run, join(folder, 'report.html'));
  t.notRegex(await readFile(join(folder, 'report.html'), 'utf8'), /<script/);
});

test('what is no run is an error in words', async (t) => {
  const folder = await temporary(t);
  const file = join(folder, 'report.html');
  await t.throwsAsync(writeReport(join(folder, 'none'), file), { code: 'FILE_UNREADABLE' });
  await t.throwsAsync(writeReport([], file), { code: 'OPTIONS_INVALID' });
  const run = await writeRun(folder, 'other', { format: 'acme/run' });
  await t.throwsAsync(readRun(run), { code: 'FILE_INVALID', message: /its format is acme\/run/ });
  await writeFile(join(run, 'run.json'), '{');
  await t.throwsAsync(readRun(run), { code: 'FILE_INVALID' });
  await mkdir(file);
  await t.throwsAsync(writeReport(await writeRun(folder, 'good'), file), { code: 'FILE_UNWRITABLE' });
});
