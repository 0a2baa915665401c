import { definePlugin, type NamesOf, type Plugin } from '@adjoint/core';
import { onnx } from './onnx-layer.js';

const layer = { onnx };

/** Registers the layer `onnx`; models that were imported and saved are loaded by apps that use it. */
export const onnxPlugin: Plugin = definePlugin({ name: '@adjoint/onnx', version: '0.1.0', layer });

declare module '@adjoint/core' {
  interface Layers extends NamesOf<typeof layer> {}
}
