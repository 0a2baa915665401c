export { Engine, type EngineOptions } from './engine.js';
export { CompiledFunction } from './compiled-function.js';
export { TracedFunction, type Traceable } from './traced-function.js';
export { Variable, type VariableOptions } from './variable.js';
