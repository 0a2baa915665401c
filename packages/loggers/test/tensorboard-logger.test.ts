import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { createApp, hostTensor, type Dataset } from '@adjoint/core';
import { layers } from '@adjoint/layers';
import { losses } from '@adjoint/losses';
import { optimizers } from '@adjoint/optimizers';
import { fileLoggers } from '../src/node.js';
import { crc32c, maskedCrc32c } from '../src/node/tensorboard/crc32c.js';
import { recordOf } from '../src/node/tensorboard/event-file.js';
import { eventMessage, histogramValue, scalarValue } from '../src/node/tensorboard/summaries.js';
import { decodePng } from './png-reader.js';
import { loggedRun } from './run.js';
import {
  bytesOf,
  doublesOf,
  messagesOf,
  numberOf,
  readFields,
  readRecords,
  slowCrc32c,
  textOf,
  type Fields,
} from './tensorboard-reader.js';

const ascii = new TextEncoder();

async function folderOf(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'adjoint-tensorboard-'));
  t.teardown(() => rm(folder, { recursive: true }));
  return folder;
}

/** The events of the only file in a folder. */
async function eventsOf(folder: string): Promise<Fields[]> {
  const [name, ...others] = await readdir(folder);
  if (name === undefined || others.length > 0 || !/^events\.out\.tfevents\.\d{10}\./.test(name))
    throw new Error(`${String(name)} and ${others.length} others`);
  return readRecords(await readFile(join(folder, name))).map(readFields);
}

const valuesOf = (event: Fields): Fields[] => messagesOf(event, 5).flatMap((summary) => messagesOf(summary, 1));

test('checksums are those of RFC 3720, appendix B.4', (t) => {
  const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
  t.is(crc32c(new Uint8Array(32)), 0x8a9136aa);
  t.is(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  t.is(crc32c(ascending), 0x46dd794e);
  t.is(crc32c(ascending.toReversed()), 0x113fdb5c);
  t.is(crc32c(ascii.encode('123456789')), 0xe3069283);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => crc32c(bytes) === slowCrc32c(bytes)));
  // crc 0 stays 0 when it is rotated.
  t.is(maskedCrc32c(new Uint8Array()), 0xa282ead8);
});

test('a scalar is the bytes that TensorFlow writes', (t) => {
  const event = eventMessage({ wallTime: 0.5, step: 300, summary: [scalarValue('loss', 1.5)] });
  // 09 wall_time, 10 step, 2a summary { 0a value { 0a tag, 15 simple_value } }
  const wanted = ['09000000000000e03f', '10ac02', '2a0d', '0a0b', '0a046c6f7373', '150000c03f'].join('');
  t.is(Buffer.from(event).toString('hex'), wanted);
  const record = Buffer.from(recordOf(event));
  t.is(record.length, event.length + 16);
  t.is(record.readBigUInt64LE(0), BigInt(event.length));
  t.deepEqual(
    readRecords(record).map((content) => Buffer.from(content).toString('hex')),
    [wanted],
  );
  record[20]! ^= 1;
  t.throws(() => readRecords(record), { message: /checksum/ });
});

test('a histogram counts all that is finite, in buckets up to the greatest', (t) => {
  const values = [-1, 0, 0.5, 3, NaN, Infinity];
  const [histogram] = messagesOf(readFields(histogramValue('w', values)), 5);
  // min, max, num, sum, sum of squares
  t.deepEqual(
    [1, 2, 3, 4, 5].map((field) => numberOf(histogram!, field)),
    [-1, 3, 4, 2.5, 10.25],
  );
  const limits = doublesOf(bytesOf(histogram!, 6)[0]!);
  const counts = doublesOf(bytesOf(histogram!, 7)[0]!);
  t.is(limits.length, counts.length);
  t.is(limits.at(-1), 3);
  // A bucket holds what is below its limit, the last one also what is there.
  const below = (limit: number): number => counts.reduce((sum, count, i) => sum + (limits[i]! <= limit ? count : 0), 0);
  t.deepEqual([below(-0.85), below(0.15), below(0.65), below(2.95), below(3)], [1, 2, 3, 3, 4]);
  const [constant] = messagesOf(readFields(histogramValue('w', [2, 2])), 5);
  t.deepEqual(doublesOf(bytesOf(constant!, 7)[0]!), [2]);
});

test('a run is scalars by step, histograms, a graph and hyper-parameters', async (t) => {
  const folder = join(await folderOf(t), 'run');
  await loggedRun({ tensorboard: { directory: folder } });
  const events = await eventsOf(folder);
  t.is(textOf(events[0]!, 3), 'brain.Event:2');
  const scalars = (tag: string): [number, number][] =>
    events.flatMap((event) =>
      valuesOf(event)
        .filter((value) => textOf(value, 1) === tag && value.has(2))
        .map((value): [number, number] => [numberOf(event, 2), numberOf(value, 2)]),
    );
  t.deepEqual(scalars('step/loss'), [
    [1, 4],
    [2, 1],
    [3, 0.25],
    [4, 0.0625],
  ]);
  t.deepEqual(scalars('validation/loss'), [
    [2, 2.25],
    [4, 1.265625],
  ]);
  t.deepEqual(scalars('epoch/loss'), [
    [2, 2.5],
    [4, 0.15625],
  ]);
  t.deepEqual(
    scalars('step/learningRate').map(([, rate]) => rate),
    [0.25, 0.25, 0.25, 0.25],
  );

  // The only weight is 0, then 1.5 and 1.875.
  const histograms = events.flatMap(valuesOf).filter((value) => textOf(value, 1) === 'dense/weight' && value.has(5));
  t.deepEqual(
    histograms.map((value) => numberOf(messagesOf(value, 5)[0]!, 2)),
    [0, 1.5, 1.875],
  );

  const [graph] = events.flatMap((event) => messagesOf(event, 4));
  const nodes = messagesOf(graph!, 1);
  t.deepEqual(
    nodes.map((node) => [
      textOf(node, 1),
      textOf(node, 2),
      bytesOf(node, 3).map((name) => Buffer.from(name).toString()),
    ]),
    [
      ['input', 'input', []],
      ['dense', 'dense', ['input']],
    ],
  );
  const shapeOf = (node: Fields): number[] => {
    const [entry] = messagesOf(node, 5).filter((attribute) => textOf(attribute, 1) === '_output_shapes');
    const [list] = messagesOf(messagesOf(entry!, 2)[0]!, 1);
    return messagesOf(messagesOf(list!, 7)[0]!, 2).map((dimension) => numberOf(dimension, 1));
  };
  t.deepEqual(nodes.map(shapeOf), [
    [-1, 1],
    [-1, 1],
  ]);

  const content = (tag: string): Fields => {
    const [value] = events.flatMap(valuesOf).filter((found) => textOf(found, 1) === tag);
    const [plugin] = messagesOf(messagesOf(value!, 9)[0]!, 1);
    t.is(textOf(plugin!, 1), 'hparams');
    return messagesOf(plugin!, 2)[0]!;
  };
  const [start] = messagesOf(content('_hparams_/session_start_info'), 3);
  const parameters = Object.fromEntries(
    messagesOf(start!, 1).map((entry) => {
      const [value] = messagesOf(entry, 2);
      return [textOf(entry, 1), value!.has(2) ? numberOf(value!, 2) : textOf(value!, 3)];
    }),
  );
  t.deepEqual(parameters, {
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    'optimizer.learningRate': 0.25,
    epochs: 2,
    batchSize: 2,
  });
  // STATUS_SUCCESS
  t.is(numberOf(messagesOf(content('_hparams_/session_end_info'), 4)[0]!, 1), 1);
  t.is(messagesOf(messagesOf(content('_hparams_/experiment'), 2)[0]!, 4).length, 5);
});

test('images of the data are PNGs, as bright as the data', async (t) => {
  const folder = await folderOf(t);
  const app = createApp({ plugins: [layers, losses, optimizers, fileLoggers], backend: 'reference' });
  const model = app.sequential({ input: [1, 2, 3] }, ['flatten', { dense: { units: 1 } }]);
  const trainer = app.trainer(model, {
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    loggers: [{ tensorboard: { directory: folder, histograms: false } }],
  });
  const images: Dataset = {
    size: 2,
    inputs: [{ shape: [1, 2, 3], dtype: 'float32' }],
    targets: [{ shape: [1], dtype: 'float32' }],
    batch: (indices) => ({
      inputs: [
        hostTensor(Float32Array.from([...indices].flatMap((i) => [0, 1, 2, 3, 4, 4 + i])), [indices.length, 1, 2, 3]),
      ],
      targets: [hostTensor(Array.from(indices, () => [1]))],
    }),
  };
  await trainer.fit(images, { epochs: 1, batchSize: 2, validation: images });
  await app.close();
  const [value] = (await eventsOf(folder))
    .flatMap(valuesOf)
    .filter((found) => textOf(found, 1) === 'validation/examples');
  const [image] = messagesOf(value!, 4);
  // Two images of 3 × 2 beside each other with a line between them.
  t.deepEqual(
    [1, 2, 3].map((field) => numberOf(image!, field)),
    [2, 7, 1],
  );
  const { width, height, rows } = decodePng(bytesOf(image!, 4)[0]!);
  t.deepEqual([width, height], [7, 2]);
  t.deepEqual(rows, [
    [0, 64, 128, 0, 0, 51, 102],
    [191, 255, 255, 0, 153, 204, 255],
  ]);
});
