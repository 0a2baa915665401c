export { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel, type SavedModel } from './checkpoint.js';
export type { DecodeOptions } from './decode-options.js';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';
export { decodeJob, decodeResult, encodeJob, encodeResult } from './job-bytes.js';
export { parseMetadata, stringifyMetadata } from './metadata-json.js';
export { loadTorchWeights, torchWeights, type TorchNames, type TorchOptions } from './torch-weights.js';
export { decodeNpy, encodeNpy, type NpyDType, type NpyOptions } from './npy.js';
export { decodeNpz, encodeNpz, type NpzOptions } from './npz.js';
