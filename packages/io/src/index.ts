export { decodeCheckpoint, decodeModel, encodeCheckpoint, encodeModel, type SavedModel } from './checkpoint.js';
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';
