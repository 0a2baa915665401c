import { writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { decodeSafetensors, encodeCheckpoint, encodeSafetensors } from '@adjoint/io';
import { loadCheckpoint, loadModel } from '@adjoint/io/node';
import { createApp, isAdjointError, type Trainer } from '../src/index.js';
import { data, plan, scratch, trainerOf } from './small-run.js';

/** A trainer in the middle of its second epoch. */
async function trainerUnderWay(): Promise<Trainer> {
  const trainer = trainerOf(createApp());
  // Versions of plugins that were damaged are said.
  trainer.on('warning', () => undefined);
  trainer.on('step:end', ({ step }) => step === 4 && trainer.stop());
  await trainer.fit(data(), plan);
  return trainer;
}

/** Loads a file as a checkpoint and as a model: each is taken, or refused by name with nothing changed. */
async function checkTakenOrRefused(
  t: ExecutionContext,
  trainer: Trainer,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  await writeFile(path, bytes);
  const before = await trainer.state();
  const app = createApp();
  const checkError = (error: unknown): false => {
    t.true(
      isAdjointError(error) && error.code === 'FILE_INVALID' && error.message.startsWith(`${path}: `),
      String(error),
    );
    return false;
  };
  await loadModel(app, path).catch(checkError);
  const isTaken = await loadCheckpoint(trainer, path).then(() => true, checkError);
  if (!isTaken) t.deepEqual(await trainer.state(), before);
  await trainer.restore(before);
  await app.close();
}

test('a checkpoint with any part of its metadata replaced is taken, or refused by name', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const trainer = await trainerUnderWay();
  const { tensors, metadata } = decodeSafetensors(encodeCheckpoint(await trainer.state()));
  const text = metadata.get('adjoint')!;
  const check = (adjoint: string): Promise<void> =>
    checkTakenOrRefused(t, trainer, path, encodeSafetensors(tensors, { adjoint }));
  const value = fc.oneof(
    fc.constantFrom(null, true, [], {}, '', 'dense', '__proto__', 1.5),
    fc.integer({ min: -2, max: 9 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...pathsOf(JSON.parse(text))), value, (place, replacement) =>
      check(JSON.stringify(replaceAt(JSON.parse(text), place, replacement))),
    ),
  );
  const marked = JSON.stringify(replaceAt(JSON.parse(text), ['composition', 'layers', '0', 'layer'], 'HERE'));
  for (const depth of [100, 3000, 1_000_000])
    await check(marked.replace('"HERE"', `${'{"dense":'.repeat(depth)}1${'}'.repeat(depth)}`));
});

test('a checkpoint with any byte of its header altered is taken, or refused by name', async (t) => {
  const path = (await scratch(t))('run.safetensors');
  const trainer = await trainerUnderWay();
  const bytes = encodeCheckpoint(await trainer.state());
  const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  await fc.assert(
    fc.asyncProperty(fc.nat(headerEnd - 1), fc.integer({ min: 1, max: 255 }), (position, difference) => {
      const altered = bytes.slice();
      altered[position]! ^= difference;
      return checkTakenOrRefused(t, trainer, path, altered);
    }),
  );
});

/** Keys that lead to each part of a JSON value. */
function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[key], ...pathsOf(part).map((path) => [key, ...path])]);
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const parts = value as Record<string, unknown>;
  parts[key] = replaceAt(parts[key], rest, replacement);
  return parts;
}

test('a model is compared with its weights before memory is taken for it, and draws no initial values', async (t) => {
  const app = createApp({ backend: 'reference' });
  const model = app.sequential({ input: [4], seed: 3 }, [{ dense: { units: 2 } }]);
  const weights = await model.weights();
  const again = app.build(model.composition, { seed: 9, weights });
  t.deepEqual(await again.weights(), weights);
  // 8 GB, were it built.
  const name = 'dense';
  const huge = {
    ...model.composition,
    layers: [{ name, inputs: ['input'], layer: { dense: { units: 5e8 } } }],
  } as const;
  const held = app.engine.heldBytes;
  for (const [given, problem] of [
    [new Map(), /dense\/weight is missing/],
    [weights, /dense\/weight is float32 \[2, 4\] instead of float32 \[500000000, 4\]/],
  ] as const)
    t.throws(() => app.build(huge, { weights: given }), { code: 'SHAPE_MISMATCH', message: problem });
  t.is(app.engine.heldBytes, held);
  const more = new Map([...weights, ['other', weights.get('dense/bias')!]]);
  t.throws(() => app.build(model.composition, { weights: more }), {
    code: 'SHAPE_MISMATCH',
    message: /other is unknown/,
  });
  await app.close();
});
