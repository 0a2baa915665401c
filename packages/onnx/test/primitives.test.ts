import test from 'ava';
import { Engine, hostTensor, isFloat, RandomSource, type HostTensor } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { primitiveSamples } from '@adjoint/core/testing';
import { decodeOnnx, exportFunction, runOnnx } from '@adjoint/onnx';

// Words of uint32 are run by ONNX Runtime alone: see onnxruntime.slow.ts.
const elsewhere = new Set(['randomBits']);

/** Samples are float64, in which ONNX defines everything, too. */
for (const { name, make } of primitiveSamples.filter((sample) => !elsewhere.has(sample.name)))
  test(`${name}: what is written and read again computes the same`, async (t) => {
    const engine = new Engine(new ReferenceBackend());
    const random = new RandomSource(3).child(name);
    for (let round = 0; round < 4; round++) {
      const { inputs, apply } = make(random);
      const traced = engine.trace((tensors) => [apply(...tensors)], name);
      const bytes = await exportFunction(traced, inputs);
      const [expected] = await traced.call(inputs);
      const given = new Map(inputs.map((input, i) => [`input${i}`, input]));
      const [found] = await runOnnx({ engine }, decodeOnnx(bytes), given);
      t.is(problemOf(found, expected!), undefined, JSON.stringify(inputs.map(({ shape }) => shape)));
    }
    engine.close();
  });

function problemOf(found: HostTensor | undefined, expected: HostTensor): string | undefined {
  if (!found) return 'there is no output';
  if (found.shape.join() !== expected.shape.join()) return `[${found.shape.join()}] is not [${expected.shape.join()}]`;
  const tolerance = isFloat(expected.dtype) ? 1e-9 : 0;
  for (const [i, value] of expected.data.entries()) {
    const own = hostTensor(found).data[i] ?? NaN;
    if (Object.is(own, value) || Math.abs(own - value) <= tolerance * Math.max(1, Math.abs(value))) continue;
    return `element ${i} is ${own} instead of ${value}`;
  }
  return undefined;
}
