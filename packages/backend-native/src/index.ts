export { NativeBackend, type NativeBackendOptions } from './native-backend.js';
export { isNativeAvailable, native } from './plugin.js';
