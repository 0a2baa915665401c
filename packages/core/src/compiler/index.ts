/** From a graph to a program of kernels. */
export {
  isRepeat,
  kernelsWithin,
  storageBytes,
  type Kernel,
  type Program,
  type Repeat,
  type Storage,
} from './program.js';
export { compileGraph, simplifyGraph, type CompiledGraph, type Graph } from './compile.js';
