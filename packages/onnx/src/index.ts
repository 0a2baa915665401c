/** ONNX in and out: trained models as layers that can be fine-tuned; models and training steps as ONNX graphs. */
export type {
  OnnxAttribute,
  OnnxGraph,
  OnnxInput,
  OnnxNode,
  OnnxWeight,
  PackedTensor,
  WeightRole,
} from './format/onnx-graph.js';
export type { ExternalData } from './format/decode-tensor.js';
export {
  decodeOnnx,
  importOnnx,
  type DecodedOnnx,
  type DecodeOnnxOptions,
  type ImportOnnxOptions,
} from './import/import-onnx.js';
export { decodeOnnxTensor } from './format/decode-onnx-tensor.js';
export { runOnnx } from './import/onnx-function.js';
export { onnxPlugin, onnxPlugin as default } from './import/plugin.js';
export { exportOnnx, type ExportOnnxOptions } from './export/export-onnx.js';
export { exportTrainingStep, type ExportedStep, type ExportStepOptions } from './export/export-training-step.js';
export { exportFunction, type ExportFunctionOptions } from './export/export-function.js';
