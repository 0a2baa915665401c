export { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel, type SavedModel } from './checkpoint.js';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';
export { decodeJob, decodeResult, encodeJob, encodeResult } from './job-bytes.js';
export { parseMetadata, stringifyMetadata } from './metadata-json.js';
