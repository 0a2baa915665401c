/** From a graph to a program of kernels. */
export { storageBytes, type Kernel, type Program, type Storage } from './program.js';
export { compileGraph, type CompiledGraph, type Graph } from './compile.js';
