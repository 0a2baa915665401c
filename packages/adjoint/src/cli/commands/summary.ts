import type { App, Model } from '@adjoint/core';
import { inFile } from '../in-file.js';
import { loadRunConfig } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { openModel } from '../open-run.js';
import { readModel } from '../read-model.js';

/** The table of layers of a saved model, a checkpoint or a configuration. */
export async function summary(path: string, flags: AppFlags): Promise<void> {
  const { app, model } = await modelOf(path, flags);
  console.log(model.summary());
  await app.close();
}

async function modelOf(path: string, flags: AppFlags): Promise<{ app: App; model: Model }> {
  if (/\.(safetensors|onnx)$/.test(path)) {
    const app = await openApp(flags);
    return { app, model: await readModel(app, path) };
  }
  const config = await loadRunConfig(path);
  const app = await openApp(flags, config);
  return { app, model: await inFile(path, () => openModel(app, config.model, config.seed ?? 0)) };
}
