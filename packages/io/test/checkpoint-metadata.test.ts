import test from 'ava';
import type { TrainerState } from '@adjoint/core';
import { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel, encodeSafetensors } from '../src/index.js';

const state: TrainerState = {
  metadata: {
    format: 'adjoint/trainer/2',
    plugins: [{ name: 'layers', version: '1.2.3' }],
    composition: {
      inputs: [{ name: 'input', shape: [2], dtype: 'float32' }],
      layers: [{ name: 'dense', layer: { dense: { units: 1 } } as never, inputs: ['input'] }],
      outputs: ['dense'],
    },
    trainer: { loss: 'crossEntropy', optimizer: 'adam' } as never,
    modelSeed: 2,
    step: 7,
    epoch: 1,
    seed: 3,
    run: {
      firstEpoch: 0,
      stepInEpoch: 2,
      history: [{ epoch: 0, metrics: { loss: 0.5 }, validation: { loss: 0.25 } }],
      plan: { batchSize: 16, examples: 32 },
    },
  },
  tensors: new Map([
    ['model/dense/weight', { data: Float32Array.of(1, 2), shape: [1, 2], dtype: 'float32' }],
    ['optimizer/step', { data: Int32Array.of(7), shape: [], dtype: 'int32' }],
  ]),
};

test('a trainer state survives its encoding', (t) => {
  t.deepEqual(decodeCheckpoint(encodeCheckpoint(state)), { ...state, tensors: new Map(state.tensors) });
});

test('models of the first format, which had one output, are still read', (t) => {
  const { outputs, ...others } = state.metadata.composition;
  const composition = { ...others, output: outputs[0] };
  const old = { ...state.metadata, format: 'adjoint/trainer/1', composition };
  const bytes = encodeSafetensors(state.tensors, { adjoint: JSON.stringify(old) });
  t.deepEqual(decodeCheckpoint(bytes).metadata.composition, state.metadata.composition);
  t.deepEqual(decodeModel(bytes).composition, state.metadata.composition);
  const model = encodeSafetensors(new Map(), {
    adjoint: JSON.stringify({ format: 'adjoint/model/1', composition }),
  });
  t.deepEqual(decodeModel(model).composition, state.metadata.composition);
});

test('a model is read from its own file, and from a checkpoint', (t) => {
  const { composition } = state.metadata;
  const weights = new Map([['dense/weight', state.tensors.get('model/dense/weight')!]]);
  t.deepEqual(decodeModel(encodeModel({ composition, weights })), { composition, weights });
  t.deepEqual(decodeModel(encodeCheckpoint(state)), { composition, weights });
});

/** Where the metadata are broken, with what, and what the error calls the place. */
const broken: readonly (readonly [place: string, value: unknown])[] = [
  ['format', 'adjoint/trainer/3'],
  ['plugins', null],
  ['plugins.0.version', 1],
  ['composition', []],
  ['composition.inputs.0.shape', [1.5]],
  ['composition.inputs.0.shape', [-1]],
  ['composition.inputs.0.dtype', 'float16'],
  ['composition.layers', {}],
  ['composition.layers.0', null],
  ['composition.layers.0.layer', 3],
  ['composition.layers.0.inputs', 'input'],
  ['composition.outputs', undefined],
  ['composition.outputs', []],
  ['composition.layers.0', { name: 'dense', layer: 'relu', use: 'dense', inputs: ['input'] }],
  ['composition.dtype', 'float16'],
  ['step', -1],
  ['epoch', 0.5],
  ['seed', '3'],
  ['run', null],
  ['run.stepInEpoch', '2'],
  ['run.plan', 3],
  ['trainer', null],
  ['modelSeed', 0.5],
  ['run.history', { length: 1 }],
  ['run.history.0.metrics.loss', 'low'],
  ['run.extra', 1],
];

for (const [place, value] of broken) {
  test(`metadata whose ${place} is ${JSON.stringify(value)} are refused, naming the file and the place`, (t) => {
    const metadata = structuredClone(state.metadata);
    const keys = place.split('.');
    const last = keys.pop()!;
    const parent = keys.reduce<Record<string, unknown>>(
      (part, key) => part[key] as Record<string, unknown>,
      metadata as unknown as Record<string, unknown>,
    );
    parent[last] = value;
    const bytes = encodeSafetensors(state.tensors, { adjoint: JSON.stringify(metadata) });
    const error = t.throws(() => decodeCheckpoint(bytes, { source: 'run.file' }), { code: 'FILE_INVALID' });
    t.true(error!.message.startsWith('run.file: expected a checkpoint of Adjoint, found metadata whose '));
    // A list is named as a whole, or by the entry that is wrong.
    t.true(error!.message.includes(`whose ${place}`), error!.message);
  });
}

test('files of other origin are refused', (t) => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{}, /that Adjoint did not write/],
    [{ adjoint: 'no JSON' }, /no JSON/],
    [{ adjoint: '['.repeat(1_000_000) + ']'.repeat(1_000_000) }, /nested|no JSON/],
    [{ adjoint: '3' }, /metadata/],
  ];
  for (const [entries, message] of cases) {
    const bytes = encodeSafetensors(state.tensors, entries);
    t.throws(() => decodeCheckpoint(bytes, { source: 'odd' }), { code: 'FILE_INVALID', message });
    t.throws(() => decodeModel(bytes, { source: 'odd' }), { code: 'FILE_INVALID', message });
  }
  const model = encodeModel({ composition: state.metadata.composition, weights: new Map() });
  t.throws(() => decodeCheckpoint(model), { code: 'FILE_INVALID', message: /a saved model without its training/ });
});
