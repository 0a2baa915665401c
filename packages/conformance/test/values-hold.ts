import { fileURLToPath } from 'node:url';
import type { Backend } from '@adjoint/core/backend';
import test from 'ava';
import { availableBackends, families, runDirectory } from '../src/index.js';

export const vectors = fileURLToPath(new URL('../../vectors/', import.meta.url));

/** The backends that can be had here, beside the reference. */
export const computing = availableBackends.filter((each) => each.name !== 'reference');

/** Registers a test that the reference values of all families, or of some, hold on a backend. */
export function valuesHold(
  name: string,
  create: () => Backend,
  dtype: 'float32' | 'float64',
  only: readonly string[] = [...families.keys()],
): void {
  const what = only.length < families.size ? only.join(', ') : 'every reference value';
  test(`${what} holds on the ${name} backend in ${dtype}`, async (t) => {
    const backend = create();
    const run = [];
    for await (const { family, passed, failures } of runDirectory(vectors, { backend, dtype, only })) {
      run.push(family);
      t.deepEqual(failures, [], family);
      t.true(passed > 0, family);
    }
    t.deepEqual(run.sort(), [...only].sort());
  });
}
