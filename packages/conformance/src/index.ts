export { availableBackends, backendNamed, backends, type KnownBackend, type TileLoop } from './backends.js';
export { parseCase, parseCaseFile, type Case, type CaseFile, type StatedTensor } from './case-file.js';
export { difference, type FloatType } from './compare.js';
export { families } from './families/index.js';
export { runCase } from './run-case.js';
export { runDirectory, type FamilyResult, type RunOptions } from './run-directory.js';
