import test from 'ava';
import { AdjointError, hostTensor, type Job, type JobResult } from '@adjoint/core';
import { decodeJob, decodeResult, encodeJob, encodeResult } from '../src/index.js';

const composition = {
  inputs: [{ name: 'input', shape: [2], dtype: 'float32' }],
  layers: [],
  outputs: ['input'],
} as const;
const tensors = new Map([
  ['dense/kernel', hostTensor(Float32Array.of(1, -0, NaN), [3])],
  ['steps', hostTensor(Float64Array.of(1e300), [])],
]);
const state = { metadata: { format: 'adjoint/trainer/2', step: 3, observers: { best: -Infinity } }, tensors } as never;

test('a job comes back as it was, and equal jobs have equal bytes', (t) => {
  const job: Job<unknown> = {
    composition,
    seed: 1,
    modelSeed: 2,
    trainer: { loss: 'crossEntropy' as never, optimizer: { sgd: { learningRate: -0 } } as never },
    fit: { epochs: 3, batchSize: 'full' },
    train: { data: { hash: 'abc' }, indices: Int32Array.of(3, 1), weights: Float32Array.of(1, 2) },
    validation: { data: { choice: 'digits' }, targets: hostTensor(Int32Array.of(1, 0, 1), [3]) },
    weights: tensors,
    state,
  };
  t.deepEqual(decodeJob(encodeJob(job)), job);
  t.deepEqual(encodeJob(structuredClone(job)), encodeJob(job));
  const { weights: _, state: _state, validation: _validation, ...bare } = job;
  t.deepEqual(decodeJob(encodeJob(bare)), bare);
  t.deepEqual(decodeJob(encodeJob({ ...bare, weights: new Map() })), { ...bare, weights: new Map() });
});

test('a result comes back as it was, with its error', (t) => {
  const result: JobResult = {
    reason: 'completed',
    diverged: { what: 'loss', value: NaN, step: 4 },
    history: [{ epoch: 0, metrics: { loss: Infinity }, validation: { loss: -0 } }],
    composition,
    weights: tensors,
    state,
  };
  t.deepEqual(decodeResult(encodeResult(result)), result);
  const error = new AdjointError('DATA_INVALID', 'too few', { layer: 'dense' });
  const { error: back, ...others } = decodeResult(encodeResult({ ...result, reason: 'failed', error }));
  t.deepEqual(others, { ...result, reason: 'failed' });
  t.like(back, { code: 'DATA_INVALID', message: 'too few', layer: 'dense' });
  t.throws(() => decodeJob(encodeResult(result), { source: 'queue' }), { code: 'FILE_INVALID', message: /^queue/ });
});
