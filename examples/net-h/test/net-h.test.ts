import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { experiment } from '@adjoint/experiment';
import { netH } from '../src/net-h.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-net-h-'));
test.after.always(() => rm(out, { recursive: true }));

test('net H has the published number of parameters, begins at ln 10 and learns', async (t) => {
  const { figures, published } = (await experiment(netH, ['--smoke', '--out', out]))!;
  const { parameters, losses, accuracy } = figures as { parameters: number; losses: number[]; accuracy: number };
  // 32·(25 + 1) + 64·(32·25 + 1) + 10·(64·7·7 + 1)
  t.is(parameters, 83_466);
  // The notebook's first batch has 2.3013; a network that knows nothing has ln 10, give or take its initial values.
  t.true(Math.abs(losses[0]! - Math.log(10)) < 0.2, `${losses[0]}`);
  t.true(losses.at(-1)! < losses[0]!);
  t.true(accuracy > 0.2, `${accuracy}`);
  t.is(published[1]!.published, 0.9247);
  t.deepEqual((await readdir(out)).sort(), ['net-h-loss.svg', 'net-h.json', 'net-h.svg']);
});

test('--full asks for the data', async (t) => {
  await t.throwsAsync(experiment(netH, ['--full', '--out', out]), { code: 'OPTIONS_INVALID', message: /--data DIR/ });
});
