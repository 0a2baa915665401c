import { extname } from 'node:path';
import { saveModel, writeFileAtomic } from '@adjoint/io/node';
import { compileStandalone } from '@adjoint/standalone';
import type { App, Model } from '@adjoint/core';
import { importOptional } from '../import-from-here.js';
import { inFile } from '../in-file.js';
import { readJson } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { readModel } from '../read-model.js';
import { UsageError } from '../usage-error.js';

/** What is used to write of `@adjoint/onnx`, which is not part of `adjoint`. */
interface Onnx {
  exportOnnx(model: Model): Promise<Uint8Array>;
}

const readers: Readonly<Record<string, (app: App, path: string) => Promise<Model>>> = {
  '.safetensors': readModel,
  '.onnx': readModel,
  '.json': async (app, path) => {
    const composition = (await readJson(path)) as Model['composition'];
    return inFile(path, () => app.build(composition));
  },
};

const writers: Readonly<Record<string, (model: Model, path: string) => Promise<void>>> = {
  '.safetensors': saveModel,
  '.onnx': async (model, path) => {
    const { exportOnnx } = await importOptional<Onnx>('@adjoint/onnx');
    await writeFileAtomic(path, await exportOnnx(model));
  },
  '.json': (model, path) =>
    writeFileAtomic(path, new TextEncoder().encode(`${JSON.stringify(model.toJSON(), null, 2)}\n`)),
};

interface ConvertFlags extends AppFlags {
  /** Examples of a run of the code that goes into the file. */
  readonly standalone?: number;
}

/** Reads a model in one format and writes it in another; the endings of the files' names say which. */
export async function convert(from: string, to: string, { standalone, ...flags }: ConvertFlags): Promise<void> {
  const read = formatOf(readers, from, 'read');
  const write = formatOf(writers, to, 'write');
  if (standalone !== undefined && extname(to) !== '.safetensors')
    throw new UsageError(`--standalone puts code into a .safetensors file; '${to}' is none.`);
  const app = await openApp(flags);
  try {
    const model = await read(app, from);
    if (standalone === undefined) await write(model, to);
    else await writeFileAtomic(to, await compileStandalone(app, model, { examples: standalone }));
    console.log(`${to}: ${model.parameterCount.toLocaleString('en')} parameters`);
  } finally {
    await app.close();
  }
}

function formatOf<Format>(formats: Readonly<Record<string, Format>>, path: string, what: string): Format {
  const format = formats[extname(path)];
  if (format) return format;
  throw new UsageError(
    `'${path}' is of no format to ${what}; name a file that ends in ${Object.keys(formats).join(', ')}.`,
  );
}
