export { compileStandalone, type StandaloneOptions } from './compile-standalone.js';
export { loadStandalone } from './load-standalone.js';
export type { StandaloneModel } from './standalone-model.js';
