import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { decodeSafetensors, encodeSafetensors } from '../src/index.js';
import { readSafetensors, writeFileAtomic } from '../src/node.js';
import { safetensorsPieces } from '../src/safetensors.js';
import { file, sample } from './support.js';

async function scratch(t: ExecutionContext): Promise<(name: string) => string> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-io-'));
  t.teardown(() => rm(directory, { recursive: true }));
  return (name) => join(directory, name);
}

test('a file is read tensor by tensor to what its bytes say', async (t) => {
  const path = (await scratch(t))('sample');
  await writeFileAtomic(path, safetensorsPieces(sample, { author: 'me' }));
  t.deepEqual(await readSafetensors(path), decodeSafetensors(encodeSafetensors(sample, { author: 'me' })));
});

test('what is converted is converted in pieces', async (t) => {
  const path = (await scratch(t))('half');
  // More than a piece of 16 MiB: 9·2^20 numbers of 16 bits, with one at each end of the pieces that is not 0.
  const length = 9 * 2 ** 20;
  const content = new Uint8Array(2 * length);
  const bits = new DataView(content.buffer);
  const ones = [0, 2 ** 23 - 1, 2 ** 23, length - 1];
  for (const i of ones) bits.setUint16(2 * i, 0x3c00 + 0x400 * ones.indexOf(i), true);
  const header = file({ half: { dtype: 'F16', shape: [length], data_offsets: [0, content.length] } });
  await writeFile(path, [header, content]);
  const { data } = (await readSafetensors(path)).tensors.get('half')!;
  t.deepEqual(
    ones.map((i) => data[i]),
    [1, 2, 4, 8],
  );
  t.is(
    Float32Array.from(data).reduce((sum, value) => sum + value, 0),
    15,
  );
});

test('what is wrong with a file is said as of its bytes', async (t) => {
  const path = (await scratch(t))('odd');
  const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const files = [
    new Uint8Array(0),
    new Uint8Array(7),
    new Uint8Array(8).fill(255),
    file({ a: one }, [1, 2, 3]),
    file({ a: one }, [1, 2, 3, 4, 5]),
    file('[1]'),
    file({ a: { ...one, dtype: 'BOOL', data_offsets: [0, 1] } }, [2]),
    file({ a: { ...one, dtype: 'I64', data_offsets: [0, 8] } }, [0, 0, 0, 0, 1, 0, 0, 0]),
  ];
  for (const bytes of files) {
    await writeFile(path, bytes);
    const { message } = t.throws(() => decodeSafetensors(bytes, { source: path }), { code: 'FILE_INVALID' });
    await t.throwsAsync(readSafetensors(path), { code: 'FILE_INVALID', message });
  }
  await t.throwsAsync(readSafetensors(`${path}.none`), { code: 'FILE_UNREADABLE' });
});

test('a file beyond 2 GiB that is cut off is refused before anything of it is read', async (t) => {
  const path = (await scratch(t))('large');
  const size = 2 ** 31 + 64;
  const header = file({ a: { dtype: 'F32', shape: [size / 4], data_offsets: [0, size] } });
  const sparse = await open(path, 'w');
  await sparse.write(header);
  await sparse.truncate(header.length + size - 4);
  await sparse.close();
  await t.throwsAsync(readSafetensors(path), { code: 'FILE_INVALID', message: /2147483708: the file is cut off/ });
});
