import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { createApp } from 'adjoint';
import { experiment } from '@adjoint/experiment';
import { optimizers } from '../src/optimizers.js';
import { surfaces, type Surface } from '../src/plane.js';

// About 3 s.
test('Adam ends at the worst point of the counterexample, and every cell of the table is measured', async (t) => {
  const out = await mkdtemp(join(tmpdir(), 'adjoint-optimizers-'));
  t.teardown(() => rm(out, { recursive: true }));
  await experiment(optimizers, ['--smoke', '--out', out]);

  const { figures } = JSON.parse(await readFile(join(out, 'optimizers.json'), 'utf8')) as {
    figures: {
      counterexample: { name: string; end: number }[];
      surfaces: Record<string, { optimizer: string; height: number }[]>;
      table: { cells: { error: number; loss: number }[] };
    };
  };
  const [adam, amsgrad, remembering] = figures.counterexample.map(({ end }) => end);
  t.is(adam, 1);
  t.true(amsgrad! < -0.98 && remembering! < -0.98, `${amsgrad}, ${remembering}`);
  t.is(figures.table.cells.length, 19);
  for (const { error, loss } of figures.table.cells) t.true(error >= 0 && error <= 100 && loss > 0);
  for (const [on, paths] of Object.entries(figures.surfaces)) {
    t.is(paths.length, 8);
    const { start, height }: Surface = surfaces[on as keyof typeof surfaces];
    for (const path of paths) t.true(path.height < height(start[0], start[1]), `${path.optimizer} on ${on}`);
  }
  t.deepEqual(
    (await readdir(out)).sort(),
    ['amsgrad', 'beale', 'rosenbrock']
      .map((name) => `optimizers-${name}.svg`)
      .concat('optimizers.json', 'optimizers.svg'),
  );
});

test('what is drawn is what is descended, with the known minima', async (t) => {
  const app = createApp();
  t.teardown(() => app.close());
  for (const { height, traced, minimum, start } of Object.values(surfaces)) {
    t.is(height(minimum[0], minimum[1]), 0);
    for (const [x, y] of [minimum, start, [0.3, -0.7]] as const) {
      const value = await traced(app.tensor([x]), app.tensor([y])).item();
      t.true(Math.abs(value - height(x, y)) <= 1e-5 * (1 + height(x, y)));
    }
  }
  // Beale's function at the origin: 1.5² + 2.25² + 2.625².
  t.is(surfaces.beale.height(0, 0), 14.203125);
  t.is(surfaces.rosenbrock.height(-1.2, 1).toFixed(2), '24.20');
});
