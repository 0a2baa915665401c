export { Engine, type EngineOptions } from './engine.js';
export { CompiledFunction, type Binding as LeafBinding, type BoundGraph } from './compiled-function.js';
export type { HostValue } from './trace.js';
export { TracedFunction, type Traceable } from './traced-function.js';
export { Variable, type VariableOptions } from './variable.js';
