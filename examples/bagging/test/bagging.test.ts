import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RandomSource } from '@adjoint/core';
import { experiment } from '@adjoint/experiment';
import { definition } from '../src/bagging.js';
import { variances, type Repeat } from '../src/repeats.js';
import { waveform } from '../src/waveform.js';

const out = await mkdtemp(join(tmpdir(), 'adjoint-bagging-'));
test.after.always(() => rm(out, { recursive: true }));

test('waves have the means of their class: half of each of two triangles', async (t) => {
  const size = 6000;
  const { inputs, targets } = await waveform(size, new RandomSource(1)).batch(
    Int32Array.from({ length: size }, (_, i) => i),
  );
  const rows = Array.from(targets[0]!.data.keys()).filter((row) => targets[0]!.data[row] === 0);
  const mean = (feature: number) =>
    rows.reduce((sum, row) => sum + inputs[0].data[row * 21 + feature]!, 0) / rows.length;
  // Class 0 mixes the waves with their peaks at places 11 and 15: (6 + 2)/2 at 11, (4 + 4)/2 at 13, and nothing at 1 and 21.
  for (const [place, expected] of [
    [11, 4],
    [13, 4],
    [15, 4],
    [1, 0],
    [21, 0],
  ] as const)
    t.true(Math.abs(mean(place - 1) - expected) < 0.15, `${place}: ${mean(place - 1)}`);
});

test('members that share a part of their variance have it as their correlation', (t) => {
  const random = new RandomSource(1);
  // f = s + e with var s = 1 for all members of a training set and var e = 3: σ² = 4, ρ = ¼.
  const repeats = Array.from({ length: 400 }, (): Repeat => {
    const shared = Float64Array.from({ length: 50 }, () => random.normal());
    const members = Array.from({ length: 5 }, () => shared.map((s) => s + Math.sqrt(3) * random.normal()));
    return { errors: [], members };
  });
  const { ofOne, correlation, measured, predicted } = variances(repeats);
  t.true(Math.abs(ofOne - 4) < 0.1 && Math.abs(correlation - 0.25) < 0.02, `${ofOne} ${correlation}`);
  for (const [i, value] of measured.entries()) t.true(Math.abs(value / predicted[i]! - 1) < 0.03, String(i));
});

test('it runs: every figure is there, and a mean of members varies less than one', async (t) => {
  const { figures } = (await experiment(definition, ['--smoke', '--out', out]))!;
  for (const part of ['waveform', 'images']) {
    const {
      errors,
      outOfBag,
      single,
      variances: found,
    } = figures[part] as Record<string, unknown> & {
      errors: number[];
      variances: { ofOne: number; measured: number[] };
    };
    for (const error of [...errors, outOfBag, single]) t.true(Number(error) >= 0 && Number(error) <= 1, part);
    t.true(found.measured.at(-1)! < found.ofOne, part);
  }
  const plots = ['bagging-images.svg', 'bagging-variance.svg', 'bagging.json', 'bagging.svg'];
  t.deepEqual((await readdir(out)).sort(), plots);
});
