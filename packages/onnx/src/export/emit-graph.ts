import { AdjointError, type Tensor } from '@adjoint/core';
import { topologicalOrder } from '@adjoint/core/backend';
import { isNodeOf, scanPrimitive } from '@adjoint/core/primitives';
import { broadcastsTo, dimOf, type Dim } from './dims.js';
import { broadcasting, elementwise } from './elementwise.js';
import { contraction } from './contraction.js';
import type { Emitters } from './emitter.js';
import type { GraphWriter } from './graph-writer.js';
import { indexed } from './indexed.js';
import { movement } from './movement.js';
import { random } from './random.js';
import { reduction } from './reduction.js';
import { pairs, checkConstants } from './pairs.js';
import { emitScan, rootsWithin, scanGroups } from './scan.js';
import { Views } from './views.js';

/** How each primitive is written, by its name; those of plugins are not known. */
const emitters: Emitters = { ...contraction, ...elementwise, ...indexed, ...movement, ...random, ...reduction };

/** Values that are to be written, and what is known of their leaves. */
export interface WrittenGraph {
  readonly roots: readonly Tensor[];
  /** Names of leaves that are in the graph already. */
  readonly leaves: ReadonlyMap<Tensor, string>;
  /** Values of leaves that are constants. */
  readonly constants: ReadonlyMap<Tensor, ArrayLike<number>>;
  /** The same values for one more example, where the number of examples varies; all nodes of both graphs go together. */
  readonly twin?: {
    readonly roots: readonly Tensor[];
    readonly constants: ReadonlyMap<Tensor, ArrayLike<number>>;
    /** How many examples there are in the graph itself. */
    readonly examples: number;
  };
}

/** Names of values that were written, and what is known of the extents of nodes under them. */
export interface EmittedGraph {
  readonly names: readonly string[];
  dims(node: Tensor): readonly Dim[];
}

/**
 * Writes the nodes under some values.
 * @throws AdjointError `BACKEND_UNSUPPORTED` that lists the primitives which cannot be written; `SHAPE_MISMATCH` where the
 * graph depends on the number of examples by more than the extents of its values
 */
export function emitGraph({ roots, leaves, constants, twin }: WrittenGraph, writer: GraphWriter): EmittedGraph {
  const order = topologicalOrder(roots);
  checkPrimitives(order);
  const twins = twin && pairs(order, topologicalOrder(twin.roots));
  if (twins) checkConstants(twins, constants, twin.constants);
  const dims = dimsBy(twins, twin?.examples ?? 0);
  const names = new Map(leaves);
  const views = new Views(writer);
  const loops = scanGroups(order);
  const emitLoop = (node: Tensor, inputs: readonly string[]): void => {
    const group = loops.get(node) ?? [];
    const results = emitScan(group, {
      writer,
      inputs,
      emitBody(bodyRoots, bodyLeaves, inner) {
        const other = twins?.get(node);
        const twinRoots = other && rootsWithin(other, group);
        const own = twin && twinRoots && { ...twin, roots: twinRoots };
        return emitGraph({ roots: bodyRoots, leaves: bodyLeaves, constants, ...(own && { twin: own }) }, inner);
      },
    });
    group.forEach((each, i) => names.set(each, results[i] ?? ''));
  };
  for (const node of order) {
    if (names.has(node)) continue;
    const inputs = node.inputs.map((input) => names.get(input) ?? '');
    if (loops.has(node)) emitLoop(node, inputs);
    else {
      const broadcast = broadcastInputs(node, inputs, names, dims);
      const constantOf = (each: Tensor): ArrayLike<number> | undefined => constants.get(each);
      names.set(node, emitters[node.primitive.name]!({ node, inputs, writer, views, dims, broadcast, constantOf }));
    }
  }
  return { names: roots.map((root) => names.get(root) ?? ''), dims };
}

/** Extents by the number of examples, of nodes that have twins. */
function dimsBy(twins: ReadonlyMap<Tensor, Tensor> | undefined, examples: number): (node: Tensor) => readonly Dim[] {
  const known = new Map<Tensor, readonly Dim[]>();
  return (node) => {
    const before = known.get(node);
    if (before) return before;
    const other = twins?.get(node);
    const own = node.shape.map((extent, axis) =>
      other ? dimOf(examples, extent, other.shape[axis] ?? extent) : extent,
    );
    known.set(node, own);
    return own;
  };
}

/** Inputs without the repetition that the operator does by itself. */
function broadcastInputs(
  node: Tensor,
  inputs: readonly string[],
  names: ReadonlyMap<Tensor, string>,
  dims: (node: Tensor) => readonly Dim[],
): readonly string[] {
  if (!broadcasting.has(node.primitive.name) || node.inputs.length < 2) return inputs;
  const bare = node.inputs.map((input) =>
    input.primitive.name === 'broadcastTo' ? (input.inputs[0] ?? input) : input,
  );
  // One input at a time is taken in its full shape, until they determine that of the result.
  for (let full = 0; full <= bare.length; full++) {
    const chosen = bare.map((input, i) => (i < full ? (node.inputs[i] ?? input) : input));
    if (broadcastsTo(chosen.map(dims), dims(node))) return chosen.map((input) => names.get(input) ?? '');
  }
  return inputs;
}

function checkPrimitives(order: readonly Tensor[]): void {
  const missing = order.filter(
    (node) =>
      node.primitive.lowering.kind !== 'leaf' &&
      !Object.hasOwn(emitters, node.primitive.name) &&
      !isNodeOf(node, scanPrimitive),
  );
  if (missing.length === 0) return;
  const listed = [...new Set(missing.map(({ primitive, scope }) => `${primitive.name}${scope ? ` (${scope})` : ''}`))];
  throw new AdjointError(
    'BACKEND_UNSUPPORTED',
    `onnx: these primitives cannot be written: ${listed.join(', ')}. Export a model without the layers that need them.`,
  );
}
