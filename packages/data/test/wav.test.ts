import { readFile } from 'node:fs/promises';
import test from 'ava';
import { hostTensor } from '@adjoint/core';
import { decodeWav, encodeWav } from '../src/index.js';
import { refuses } from './support.js';

/** Files of Python's wave module. */
const { files } = JSON.parse(await readFile(new URL('../../test/wav.json', import.meta.url), 'utf8')) as {
  readonly files: readonly {
    readonly bits: 8 | 16 | 24 | 32;
    readonly channels: number;
    readonly bytes: string;
    readonly samples: readonly number[];
  }[];
};
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

for (const { bits, channels, bytes, samples } of files)
  test(`wav: ${bits} bits, ${channels} channels`, (t) => {
    const sound = decodeWav(bytesOf(bytes));
    const size = samples.length / channels;
    t.deepEqual([sound.sampleRate, sound.samples.shape], [8000, [channels, size]]);
    const wanted = Array.from({ length: samples.length }, (_, i) =>
      Math.fround((samples[(i % size) * channels + Math.floor(i / size)] ?? NaN) / 2 ** (bits - 1)),
    );
    t.deepEqual([...sound.samples.data], wanted);
    // float32 does not hold all of 32 bits.
    if (bits < 32) t.deepEqual(encodeWav(sound.samples, { sampleRate: 8000, format: bits }), bytesOf(bytes));
  });

test('wav: floats as they are, and what is louder than 1 is clipped otherwise', (t) => {
  const loud = hostTensor([[0.25, -3, 2]]);
  t.deepEqual(decodeWav(encodeWav(loud, { sampleRate: 44_100, format: 'float32' })), {
    samples: loud,
    sampleRate: 44_100,
  });
  const { samples } = decodeWav(encodeWav(hostTensor([0.25, -3, 2]), { sampleRate: 44_100 }));
  t.deepEqual([...samples.data], [0.25, -1, Math.fround(1 - 2 ** -15)]);
});

test('wav: what is no such file is refused', async (t) => {
  const whole = bytesOf(files[2]?.bytes ?? '');
  for (let length = 0; length < 44; length++)
    await refuses(t, () => decodeWav(whole.subarray(0, length)), 'FILE_INVALID');
  const compressed = whole.slice();
  compressed[20] = 6;
  await refuses(
    t,
    () => decodeWav(compressed, { source: 'a.wav' }),
    'FILE_INVALID',
    /^a\.wav: its samples are of format 6 with 16 bits/,
  );
  await refuses(t, () => encodeWav(hostTensor(1), { sampleRate: 8000 }), 'OPTIONS_INVALID');
  await refuses(t, () => encodeWav(hostTensor([1]), { sampleRate: 0 }), 'OPTIONS_INVALID');
});
