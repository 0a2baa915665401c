export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.js';
