import { AdjointError, type Tensor } from '@adjoint/core';
import { topologicalOrder } from '@adjoint/core/backend';
import { broadcastsTo, dimOf, type Dim } from './dims.js';
import { broadcasting, elementwise } from './elementwise.js';
import { contraction } from './contraction.js';
import type { Emission, Emitters } from './emitter.js';
import type { GraphWriter } from './graph-writer.js';
import { indexed } from './indexed.js';
import { movement } from './movement.js';
import { random } from './random.js';
import { reduction } from './reduction.js';
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

/**
 * Writes the nodes under some values; returns their names.
 * @throws AdjointError `BACKEND_UNSUPPORTED` that lists the primitives which cannot be written; `SHAPE_MISMATCH` where the
 * graph depends on the number of examples by more than the extents of its values
 */
export function emitGraph({ roots, leaves, constants, twin }: WrittenGraph, writer: GraphWriter): string[] {
  const order = topologicalOrder(roots);
  checkPrimitives(order);
  const twins = twin && pairs(order, topologicalOrder(twin.roots));
  for (const [node, other] of twins ?? []) {
    const [own = [], others = []] = [constants.get(node), twin?.constants.get(other)];
    if (own.length !== others.length || Array.from(own).some((value, i) => !Object.is(value, others[i])))
      throw dependsOnExamples(node);
  }
  const dimsOf = new Map<Tensor, readonly Dim[]>();
  const dims = (node: Tensor): readonly Dim[] => {
    const known = dimsOf.get(node);
    if (known) return known;
    const other = twins?.get(node);
    const own = node.shape.map((extent, axis) =>
      twin && other ? dimOf(twin.examples, extent, other.shape[axis] ?? extent) : extent,
    );
    dimsOf.set(node, own);
    return own;
  };
  const names = new Map(leaves);
  const views = new Views(writer);
  for (const node of order) {
    if (names.has(node)) continue;
    const inputs = node.inputs.map((input) => names.get(input) ?? '');
    const emission: Emission = {
      node,
      inputs,
      writer,
      views,
      dims,
      broadcast: broadcastInputs(node, inputs, names, dims),
      constantOf: (each) => constants.get(each),
    };
    names.set(node, emitters[node.primitive.name]!(emission));
  }
  return roots.map((root) => names.get(root) ?? '');
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
    ({ primitive }) => primitive.lowering.kind !== 'leaf' && !Object.hasOwn(emitters, primitive.name),
  );
  if (missing.length === 0) return;
  const listed = [...new Set(missing.map(({ primitive, scope }) => `${primitive.name}${scope ? ` (${scope})` : ''}`))];
  throw new AdjointError(
    'BACKEND_UNSUPPORTED',
    `onnx: these primitives cannot be written: ${listed.join(', ')}. Export a model without the layers that need them.`,
  );
}

/** Each node of one graph with that of the other in its place. */
function pairs(order: readonly Tensor[], others: readonly Tensor[]): ReadonlyMap<Tensor, Tensor> {
  const found = new Map<Tensor, Tensor>();
  order.forEach((node, i) => {
    const other = others[i];
    if (!other || other.primitive !== node.primitive || varyingKey(other) !== varyingKey(node))
      throw dependsOnExamples(node);
    found.set(node, other);
  });
  return found;
}

function dependsOnExamples({ scope, primitive }: Tensor): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `onnx: ${scope ? `${scope}: ` : ''}${primitive.name} depends on the number of examples by more than a shape; export the model for a fixed one, { batch: 1 }.`,
  );
}

/** Attributes but for shapes, and for ends of slices that are those of the axis. */
function varyingKey(node: Tensor): string {
  return JSON.stringify(node.attributes, (name, value: unknown) => {
    if (name === 'shape') return undefined;
    if (name !== 'stop' || !Array.isArray(value)) return typeof value === 'number' ? String(value) : value;
    return value.map((end: number, axis) => (end === node.inputs[0]?.shape[axis] ? 'end' : end));
  });
}
