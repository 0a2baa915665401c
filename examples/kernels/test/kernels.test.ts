import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { experiment } from '@adjoint/experiment';
import { kernels } from '../src/kernels.js';

// About 3 s.
test('shift and convolution commute on a ring, and gradients are convolutions', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'adjoint-kernels-'));
  t.teardown(() => rm(out, { recursive: true }));
  const findings = await experiment(kernels, ['--smoke', '--out', out]);

  for (const { figure, ours } of findings!.published) t.true(Math.abs(Number(ours)) < 1e-12, figure);
  const { figures } = JSON.parse(await readFile(join(out, 'kernels.json'), 'utf8')) as {
    figures: {
      equivariance: { dimensions: number; border: string; stride: number; errors: number[] }[];
      gradients: { dimensions: number }[];
      film: { name: string; energy: number }[];
      robustness: { networks: { accuracies: number[] }[] };
    };
  };
  t.deepEqual([...new Set(figures.gradients.map(({ dimensions }) => dimensions))], [1, 2, 3]);
  // What does not commute is measured as well: zeros around the image, odd shifts with stride 2.
  for (const { dimensions, border, stride, errors } of figures.equivariance)
    t.is(errors[1]! > 0.01, border === 'zeros' || stride === 2, `${dimensions}-D, ${border}, stride ${stride}`);
  for (const { name, energy } of figures.film) t.is(energy > 1e-3, name !== '0 if it moves right', name);
  const accuracies = figures.robustness.networks.flatMap((network) => network.accuracies);
  t.true(accuracies.length === 6 && accuracies.every((accuracy) => accuracy >= 0 && accuracy <= 1));
  t.deepEqual(
    (await readdir(out)).sort(),
    ['1d', '3d', 'equivariance', 'moved', 'passes']
      .map((name) => `kernels-${name}.svg`)
      .concat('kernels.json', 'kernels.svg'),
  );
});
