import { compileGraph, type CompiledGraph } from '../compiler/compile.js';
import { checkTraced, type TracedFunction } from '../engine/traced-function.js';
import type { TensorType } from '../graph/tensor.js';
import { codeText } from './code-text.js';
import { graphText } from './graph-text.js';
import { loopsText } from './loops-text.js';
import { memoryText } from './memory-text.js';
import { NodeNames, type InspectNames } from './node-names.js';
import { regionsText } from './regions-text.js';
import { storageNames } from './storage-names.js';

/** The stages between a traced function and its machine code, as text for people to read. */
export interface Inspection {
  /** The graph as the function builds it. */
  readonly graph: string;
  /** The graph after simplification; nodes that are left keep their numbers. */
  readonly simplified: string;
  /** Which nodes became one kernel, and why each stored value is stored. */
  readonly regions: string;
  /** The loops of each kernel. */
  readonly loops: string;
  /** Where values lie in the arena, and from which kernel to which. */
  readonly memory: string;
  /** The code that the engine's backend generates. */
  readonly code: string;
  /** The same as data. */
  readonly compiled: CompiledGraph;
}

/** The stages in the order in which they follow each other. */
export const stages = [
  'graph',
  'simplified',
  'regions',
  'loops',
  'memory',
  'code',
] as const satisfies readonly (keyof Inspection)[];

/**
 * Shows what becomes of a traced function for inputs of the given types, stage by stage. Nothing is run, and no variable
 * changes.
 * @param names of inputs and outputs in the texts.
 * @throws AdjointError what tracing the function throws
 * @example console.log((await inspect(step, [{ shape: [32, 784], dtype: 'float32' }])).loops);
 */
export async function inspect(
  traced: TracedFunction,
  types: readonly TensorType[],
  names?: InspectNames,
): Promise<Inspection> {
  checkTraced(traced, 'inspect');
  const bound = traced.graph(types);
  const compiled = compileGraph(bound.graph);
  const nodes = new NodeNames(bound, names);
  // The graph comes first, so that its nodes are numbered in the order in which it lists them.
  const graph = graphText(bound.graph, nodes);
  const simplified = graphText(compiled.simplified, nodes);
  const storages = storageNames(compiled, nodes);
  return {
    graph,
    simplified,
    regions: regionsText(compiled, nodes, storages),
    loops: loopsText(compiled.program, storages),
    memory: memoryText(compiled, storages),
    code: await codeText(traced.engine.backend, compiled.program),
    compiled,
  };
}
