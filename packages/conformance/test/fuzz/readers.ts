import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { arrowSource, parseArrow } from '@adjoint/data/arrow';
import { decodeImage } from '@adjoint/data/images';
import { parseParquet, parquetSource } from '@adjoint/data/parquet';
import { CsvReader, csvSource, decodeWav, encodeWav, parseJsonLines, jsonLinesSource, readIdx } from '@adjoint/data';
import {
  decodeCheckpoint,
  decodeJob,
  decodeModel,
  decodeNpy,
  decodeNpz,
  decodeSafetensors,
  encodeCheckpoint,
  encodeJob,
  encodeModel,
  encodeNpy,
  encodeNpz,
  encodeSafetensors,
  loadTorchWeights,
} from '@adjoint/io';
import { decodeOnnx, exportOnnx } from '@adjoint/onnx';
import { createApp, hostTensor } from 'adjoint';

export interface ReaderOptions {
  readonly source: string;
  readonly maxBytes?: number;
}

/** What reads a format of outside files: a good file, and what is done with one. */
export interface Reader {
  readonly original: Uint8Array;
  readonly read: (bytes: Uint8Array, options: ReaderOptions) => unknown;
  /** Memory that the good file needs at least, in bytes; left out where a stream never holds it. */
  readonly needs?: number;
  /** Whether any bytes are one of its files, as of text. */
  readonly takesAnything?: boolean;
  /** Whether only cut files are tried: the library that decodes it walks through whatever counts a changed one announces. */
  readonly onlyCut?: boolean;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const base64 = (value = ''): Uint8Array => new Uint8Array(Buffer.from(value, 'base64'));
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

interface Tables {
  readonly parquet: Readonly<Record<string, string>>;
  readonly arrow: Readonly<Record<string, string>>;
}

/** All readers, by the names of their functions. */
export async function readers(): Promise<Readonly<Record<string, Reader>>> {
  const tables = JSON.parse(readFileSync('packages/data/test/tables.json', 'utf8')) as Tables;
  const images = JSON.parse(readFileSync('packages/data/test/images.json', 'utf8')) as Readonly<
    Record<'png' | 'jpeg', readonly { readonly bytes: string }[]>
  >;
  const app = createApp({ backend: 'reference' });
  const model = app.sequential({ input: [4], seed: 1 }, ['batchNorm', { dense: { units: 3 } }]);
  const weights = await model.weights();
  const trainer = app.trainer(model, { loss: 'crossEntropy', optimizer: 'adam', seed: 1 });
  const numbers = hostTensor(Float32Array.of(1, 2, 3, 4), [2, 2]);
  const idx = Uint8Array.of(0, 0, 0x0d, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...new Uint8Array(24).map((_, i) => i * 11));
  const torch = { 'dense.weight': hostTensor(new Float32Array(12), [3, 4]), 'dense.bias': hostTensor([0, 0, 0]) };
  const plain = app.sequential({ input: [4] }, [{ dense: { units: 3 } }]);
  const options = { target: 'kind', task: 'classification', categorical: ['colour'], fill: 0 } as const;
  const batched = { ...options, batchSize: 2 };
  const csv = text('width,colour,kind\n1.5,red,rose\n-2e1,blue,iris\n,red,"old ""rose"""\n');
  const lines = text('{"width":1.5,"colour":"red","kind":"rose"}\n{"colour":"blue","kind":"iris","width":null}\n');
  const formats: Record<string, Reader> = {
    decodeNpy: { original: encodeNpy(numbers), read: decodeNpy, needs: 16 },
    decodeNpz: { original: encodeNpz({ numbers }, { compress: true }), read: decodeNpz, needs: 16 },
    decodeSafetensors: { original: encodeSafetensors({ numbers }), read: decodeSafetensors, needs: 16 },
    decodeModel: { original: encodeModel({ composition: model.composition, weights }), read: decodeModel, needs: 60 },
    decodeCheckpoint: { original: encodeCheckpoint(await trainer.state()), read: decodeCheckpoint, needs: 60 },
    decodeJob: {
      original: encodeJob({
        composition: model.composition,
        trainer: { loss: 'crossEntropy', optimizer: 'adam' },
        train: { data: { name: 'digits' }, indices: Int32Array.of(1, 2) },
        fit: { epochs: 1 },
        weights,
      } as unknown as Parameters<typeof encodeJob>[0]),
      read: decodeJob,
      needs: 60,
    },
    loadTorchWeights: {
      original: encodeSafetensors(torch),
      read: (bytes, own) => loadTorchWeights(plain, bytes, own),
      needs: 60,
    },
    decodeOnnx: { original: await exportOnnx(plain), read: decodeOnnx, needs: 60 },
    readIdx: { original: idx, read: readIdx, needs: 24 },
    'readIdx, gzip': { original: gzipSync(idx), read: readIdx, needs: 24 },
    CsvReader: {
      original: csv,
      read(bytes, own) {
        const reader = new CsvReader({ ...options, ...own });
        reader.push(decode(bytes));
        return reader.finish();
      },
      needs: 72,
      takesAnything: true,
    },
    csvSource: { original: csv, read: (bytes, own) => csvSource(() => pieces(bytes), { ...batched, ...own }) },
    parseJsonLines: {
      original: lines,
      read: (bytes, own) => parseJsonLines(decode(bytes), { ...options, ...own }),
      needs: 48,
    },
    jsonLinesSource: {
      original: lines,
      read: (bytes, own) => jsonLinesSource(() => pieces(bytes), { ...batched, ...own }),
    },
    decodeWav: { original: encodeWav(hostTensor([0, 0.5, -0.5]), { sampleRate: 8000 }), read: decodeWav, needs: 12 },
  };
  for (const [name, file] of Object.entries(tables.parquet)) {
    const original = base64(file);
    const read = (bytes: Uint8Array, own: ReaderOptions) => parseParquet(bytes, { ...options, ...own });
    formats[`parseParquet, ${name}`] = { original, read, needs: 100, onlyCut: name === 'brotli' };
  }
  for (const [name, file] of Object.entries(tables.arrow)) {
    const original = base64(file);
    const read = (bytes: Uint8Array, own: ReaderOptions) => parseArrow(bytes, { ...options, ...own });
    formats[`parseArrow, ${name}`] = { original, read, needs: 100, onlyCut: true };
  }
  const lz4 = base64(tables.arrow['stream lz4']);
  formats['arrowSource'] = {
    original: lz4,
    read: (bytes, own) => arrowSource(() => pieces(bytes), { ...batched, ...own }),
    needs: 10,
    onlyCut: true,
  };
  formats['parquetSource'] = {
    original: base64(tables.parquet['zstd']),
    read: (bytes, own) => parquetSource(bytes, { ...batched, ...own }),
    needs: 10,
  };
  for (const kind of ['png', 'jpeg'] as const)
    for (const [i, { bytes }] of images[kind].entries())
      formats[`decodeImage, ${kind} ${i}`] = { original: base64(bytes), read: decodeImage, needs: 10 };
  return formats;
}
