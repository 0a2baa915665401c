import { gunzipSync, gzipSync } from 'node:zlib';
import { csvSource, parseCsv, readIdx, type CsvOptions, type IdxArray } from '@adjoint/data';
import {
  decodeCheckpoint,
  decodeModel,
  decodeSafetensors,
  encodeCheckpoint,
  encodeModel,
  encodeSafetensors,
  type Safetensors,
} from '@adjoint/io';
import {
  createApp,
  hostTensor,
  isAdjointError,
  RandomSource,
  sizeOf,
  type App,
  type HostTensor,
  type Trainer,
} from 'adjoint';
import { readCsvPlainly, readIdxPlainly, readSafetensorsPlainly } from './plain-readers.js';
import { Draw } from './draw.js';
import { mutated } from './mutate.js';

/** A file format: a file of it, and what may become of one that was changed. */
export interface Format {
  readonly original: Uint8Array;
  /** Pieces of text that mean something in it. */
  readonly words?: readonly string[];
  /** Reads the file, and compares what it gives with a plain reader. Throws what the library throws. */
  readonly read: (bytes: Uint8Array, draw: Draw) => Promise<string | undefined>;
}

/** What a bad file may cost beside the memory that is used anyway, in bytes. */
const mostMemory = 2 ** 28;

/** Reads changed files of a format: each is refused with an AdjointError or read right, in bounded memory. */
export async function runMutations(
  name: string,
  { original, words, read }: Format,
  { seed, count }: { readonly seed: number; readonly count: number },
): Promise<{ readonly taken: number; readonly faults: readonly string[] }> {
  const faults: string[] = [];
  let taken = 0;
  const memory = (): number => process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
  const before = memory();
  for (let i = 0; i < count; i++) {
    const draw = new Draw(new RandomSource(seed).child(`${name}/${i}`));
    const bytes = mutated(draw, original, words);
    try {
      const problem = await read(bytes, draw);
      if (problem === undefined) taken++;
      else faults.push(`${name} ${i}: ${problem}`);
    } catch (error) {
      if (!isAdjointError(error) || error.code === 'INTERNAL' || error.message.length > 4001)
        faults.push(`${name} ${i}: ${String(error).slice(0, 300)}`);
    }
    if (i % 64 === 0 && memory() - before > mostMemory) {
      faults.push(`${name} ${i}: ${memory() - before} bytes are held`);
      break;
    }
  }
  return { taken, faults };
}

const sample: ReadonlyMap<string, HostTensor> = new Map([
  ['exact', hostTensor(Float64Array.of(0.1, Number.MIN_VALUE), [2, 1])],
  ['weight', hostTensor(Float32Array.of(1, -2.5, NaN, Infinity, -0, 1e-45), [2, 3])],
  ['step', hostTensor(Int32Array.of(-7), [])],
  ['mask', hostTensor(Uint8Array.of(1, 0, 1), [3], 'bool')],
  ['empty', hostTensor(new Float32Array(0), [0, 4])],
]);

const table =
  'width,colour,"petals, whole",kind\n1.5,red,5,rose\n-2e1,blue,4,iris\n,red,6,"old ""rose"""\n3,green,7,iris\n';
const csvOptions: CsvOptions = { target: 'kind', task: 'classification', categorical: ['colour'], fill: 0 };

function appOf(): App {
  return createApp({ backend: 'reference' });
}

function modelIn(app: App) {
  return app.sequential({ input: [1, 4, 4], seed: 2 }, [
    { conv2d: { filters: 2, kernel: 3 } },
    'batchNorm',
    'relu',
    'flatten',
    { dropout: { rate: 0.3 } },
    { dense: { units: 3 } },
  ]);
}

function trainerIn(app: App): Trainer {
  return app.trainer(modelIn(app), {
    loss: 'crossEntropy',
    optimizer: 'adam',
    schedule: 'cosine',
    metrics: ['accuracy'],
    seed: 4,
  });
}

/** All formats, with files that were made by the library. */
export async function formats(): Promise<Readonly<Record<string, Format>>> {
  const app = appOf();
  const model = modelIn(app);
  const words = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"F16"',
    '"I64"',
    '"__metadata__":null,',
    '"shape"',
    '\\u0000',
    '{"dense":',
  ];
  const idx = Uint8Array.of(0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...new Uint8Array(24).map((_, i) => i * 11));
  return {
    safetensors: { original: encodeSafetensors(sample, { note: 'größe' }), words, read: readSafetensors },
    model: {
      original: encodeModel({ composition: model.composition, weights: await model.weights() }),
      words,
      read: (bytes) => readModel(app, bytes),
    },
    checkpoint: {
      original: encodeCheckpoint(await trainerIn(app).state()),
      words,
      read: (bytes) => readCheckpoint(app, bytes),
    },
    idx: { original: idx, read: readIdxFile },
    gzip: { original: gzipSync(idx), read: readIdxFile },
    csv: {
      original: new TextEncoder().encode(table),
      words: ['"', ',', '\n', '\r\n', '\r', '""', '-', 'e', '\ufeff', 'é', ' '],
      read: readTable,
    },
  };
}

async function readSafetensors(bytes: Uint8Array): Promise<string | undefined> {
  const found = decodeSafetensors(bytes);
  return differenceOf(asText(found), asText(readSafetensorsPlainly(bytes)));
}

function asText({ tensors, metadata }: Safetensors): string {
  const parts = [...tensors].map(([name, { data, shape, dtype }]) => [name, dtype, shape, Array.from(data, String)]);
  return JSON.stringify([parts.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)), [...metadata]]);
}

async function readModel(app: App, bytes: Uint8Array): Promise<string | undefined> {
  const saved = decodeModel(bytes);
  const again = decodeModel(encodeModel(saved));
  const problem = differenceOf(
    asText({ tensors: again.weights, metadata: new Map() }),
    asText({ tensors: saved.weights, metadata: new Map() }),
  );
  if (problem !== undefined) return problem;
  const model = app.build(saved.composition, { weights: saved.weights });
  const shapes = model.inputs.map(({ shape }) => [1, ...shape.map((extent) => extent ?? 1)]);
  if (model.layers.some(({ outputs }) => outputs.some(({ shape }) => sizeOf(shape) > 1e5))) return undefined;
  if (shapes.some((shape) => sizeOf(shape) > 1e5)) return undefined;
  await model.predictAll(
    shapes.map((shape, i) => hostTensor(new Float64Array(sizeOf(shape)), shape, model.inputs[i]!.dtype)),
  );
  return undefined;
}

async function readCheckpoint(app: App, bytes: Uint8Array): Promise<string | undefined> {
  const state = decodeCheckpoint(bytes);
  const trainer = await app.restore(state);
  const { tensors } = await trainer.state();
  await trainer.close();
  return differenceOf(
    asText({ tensors, metadata: new Map() }),
    asText({ tensors: state.tensors, metadata: new Map() }),
  );
}

async function readIdxFile(bytes: Uint8Array): Promise<string | undefined> {
  const textOf = ({ data, shape }: IdxArray): string => JSON.stringify([shape, Array.from(data, String)]);
  const found = await readIdx(bytes, { maxBytes: 2 ** 20 });
  return differenceOf(textOf(found), textOf(readIdxPlainly(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes)));
}

async function readTable(bytes: Uint8Array, draw: Draw): Promise<string | undefined> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length;) yield bytes.subarray(at, (at += draw.int(1, 40)));
  };
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const isText = Buffer.from(text).equals(bytes);
  const whole = isText ? attempt(() => parseCsv(text, csvOptions)) : undefined;
  const source = await csvSource(pieces, { ...csvOptions, batchSize: 1000 }).catch((error: unknown) => error as Error);
  if (whole instanceof Error || source instanceof Error) {
    const codes = [whole, source].map((result) => (result instanceof Error ? result.message : 'taken'));
    if (whole !== undefined && codes[0] !== codes[1]) return `${codes.join(' as a whole, and in pieces ')}`;
    throw source;
  }
  if (!whole) return isText ? undefined : 'bytes that are no UTF-8 are taken';
  const { inputs, targets } = whole.dataset.batch(Int32Array.from({ length: whole.dataset.size }, (_, i) => i));
  for await (const batch of source.batches({ seed: 0, epoch: 0, index: 0 })) {
    const problem = differenceOf(JSON.stringify(batch), JSON.stringify({ inputs, targets }));
    if (problem !== undefined) return `in pieces: ${problem}`;
  }
  const plain = readCsvPlainly(text);
  const kinds = plain.slice(1).map((row) => row[whole.columns.length]);
  const read = [...targets[0]!.data].map((code) => whole.categories['kind']?.[code]);
  return whole.columns.includes('kind') ? undefined : differenceOf(JSON.stringify(read), JSON.stringify(kinds));
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}

function differenceOf(found: string, expected: string): string | undefined {
  return found === expected ? undefined : `${found.slice(0, 300)} instead of ${expected.slice(0, 300)}`;
}
