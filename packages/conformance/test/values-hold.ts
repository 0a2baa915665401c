import { fileURLToPath } from 'node:url';
import type { Backend } from '@adjoint/core/backend';
import test from 'ava';
import { availableBackends, families, runDirectory } from '../src/index.js';

export const vectors = fileURLToPath(new URL('../../vectors/', import.meta.url));

/** The backends that can be had here, beside the reference. */
export const computing = availableBackends.filter((each) => each.name !== 'reference');

/** Registers a test that all reference values hold on a backend. */
export function valuesHold(name: string, create: () => Backend, dtype: 'float32' | 'float64'): void {
  test(`every reference value holds on the ${name} backend in ${dtype}`, async (t) => {
    const backend = create();
    const run = [];
    for await (const { family, passed, failures } of runDirectory(vectors, { backend, dtype })) {
      run.push(family);
      t.deepEqual(failures, [], family);
      t.true(passed > 0, family);
    }
    t.deepEqual(run.sort(), [...families.keys()].sort());
  });
}
