import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { readRun } from '../src/index.js';
import { temporary } from './written-run.js';

test('training with the dashboard writes runs, prints one address, and ends with the app', async (t) => {
  const directory = join(await temporary(t), 'runs');
  const program = fileURLToPath(new URL('train-with-dashboard.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, directory]);
  const { printed, seen, afterwards } = JSON.parse(stdout) as { printed: string[]; seen: string[]; afterwards: string };
  t.is(printed.length, 1);
  t.regex(printed[0]!, /^dashboard: http:\/\/127\.0\.0\.1:\d+\/$/);
  t.deepEqual(seen, ['digits', 'digits']);
  t.is(afterwards, 'gone');
  t.deepEqual((await readdir(directory)).sort(), ['digits', 'digits-2']);

  const { data, examples: images } = await readRun(join(directory, 'digits-2'));
  t.like(data, { status: 'completed', epoch: 2, epochs: 2, step: 6 });
  t.deepEqual(
    ['step/loss', 'step/gradientNorm', 'step/learningRate', 'validation/loss'].map(
      (name) => data.curves.get(name)?.length,
    ),
    [6, 6, 6, 2],
  );
  t.true(data.kernels.length > 0);
  // The images are counted as the matrix of the last validation counts them.
  const matrix = data.tables.get('confusionMatrix')!;
  t.is(
    images!.cells.reduce((sum, { count }) => sum + count, 0),
    120,
  );
  for (const { truth, predicted, count } of images!.cells) t.is(matrix[truth]![predicted], count);
});

test('a program that has nothing left to do ends, though a page is open', async (t) => {
  const directory = await temporary(t);
  const index = new URL('../src/index.js', import.meta.url).href;
  const code = `
    import { serveDashboard } from ${JSON.stringify(index)};
    const dashboard = await serveDashboard(${JSON.stringify(directory)});
    dashboard.unref();
    process.stdin.once('data', () => process.stdin.destroy());
    console.log(dashboard.url);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.kill());
  const [address] = (await once(child.stdout, 'data')) as [Buffer];
  const changes = await fetch(`${String(address).trim()}changes`);
  const { value } = await changes.body!.getReader().read();
  t.is(new TextDecoder().decode(value), 'data: []\n\n');
  child.stdin.write('\n');
  const [exitCode] = (await once(child, 'exit')) as [number];
  t.is(exitCode, 0);
});
