import { wasm } from '@adjoint/backend-wasm';
import { convLayers } from '@adjoint/conv-layers';
import { App, type AppOptions, type Plugin } from '@adjoint/core';
import { samplers } from '@adjoint/data';
import { ensembles } from '@adjoint/ensembles';
import { layers } from '@adjoint/layers';
import { loggers } from '@adjoint/loggers';
import { losses } from '@adjoint/losses';
import { metrics } from '@adjoint/metrics';
import { optimizers } from '@adjoint/optimizers';
import { regularizers } from '@adjoint/regularizers';

/** What an app of this package has in it. */
export const builtIn: readonly Plugin[] = [
  wasm,
  layers,
  convLayers,
  losses,
  metrics,
  optimizers,
  regularizers,
  ensembles,
  loggers,
  samplers,
];

/** An app with all built-in plugins and the wasm backend; further plugins come by `plugins` or `use`. */
export function createApp(options?: AppOptions): App {
  return new App(options, builtIn);
}

export { defineRun, type DataConfig, type ModelConfig, type RunConfig } from './run-config.js';
export * from '@adjoint/core';
// The plugins by name; through these exports their names and options are known to the compiler.
export { convLayers, ensembles, layers, loggers, losses, metrics, optimizers, regularizers, samplers, wasm };
