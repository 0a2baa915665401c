import test from 'ava';
import { readdirSync, readFileSync } from 'node:fs';
import { isAdjointError, RandomSource } from '@adjoint/core';
import { decodeOnnx, importOnnx } from '@adjoint/onnx';
import { withApp } from './support.js';

const official = 'packages/conformance/onnx';
const files = ['node', 'pytorch-converted', 'pytorch-operator', 'simple'].flatMap((folder) =>
  readdirSync(`${official}/${folder}`).map((model) => `${official}/${folder}/${model}/model.onnx`),
);

/** Whether the work ends, or says in its own words why not. */
function isAnswered(work: () => unknown): true | unknown {
  try {
    work();
    return true;
  } catch (error) {
    return isAdjointError(error) ? true : error;
  }
}

test('a file that was cut off, or in which bytes were changed, is read or refused in words', (t) =>
  withApp(async (app) => {
    const random = new RandomSource(42);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (let round = 0; round < 20; round++) {
        const damaged = Uint8Array.from(bytes);
        for (let i = 0; i <= round % 3; i++) damaged[random.integer(bytes.length)] = random.integer(256);
        const part = round % 5 === 0 ? damaged.subarray(0, random.integer(bytes.length)) : damaged;
        t.is(
          isAnswered(() => decodeOnnx(part)),
          true,
          `${file}, round ${round}`,
        );
        t.is(
          isAnswered(() => importOnnx(app, part)),
          true,
          `${file}, round ${round}`,
        );
      }
    }
  }));
