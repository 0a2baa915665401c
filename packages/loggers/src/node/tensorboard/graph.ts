import type { Model } from '@adjoint/core';
import { bytes, map, message, whole, type Message } from './protobuf.js';

// tensorflow/core/framework/graph.proto: a GraphDef is a list of NodeDefs with names, operations and inputs.

/** The layers of a model as a graph that TensorBoard draws. */
export function graphOf(model: Model): Message {
  const { inputs, layers } = model.composition;
  const nodes = [
    ...inputs.map(({ name }) => nodeOf(name, 'input', [], model)),
    ...layers.map(({ name, layer, inputs: from }) => nodeOf(name, nameOfChoice(layer), from, model, textOf(layer))),
  ];
  // The least version of producers that TensorBoard takes node names of outputs from.
  return message(...nodes.map((node) => bytes(1, node)), bytes(4, whole(1, 22)));
}

function nodeOf(name: string, operation: string, inputs: readonly string[], model: Model, options?: string): Message {
  // -1 stands for the batch and for what varies.
  const { shape } = model.typeOf(name);
  const extents = [-1, ...shape.map((extent) => extent ?? -1)];
  const shapeMessage = message(...extents.map((extent) => bytes(2, size(extent))));
  const attributes: [string, Message][] = [['_output_shapes', bytes(1, message(bytes(7, shapeMessage)))]];
  if (options !== undefined) attributes.push(['options', bytes(2, options)]);
  return message(bytes(1, name), bytes(2, operation), ...inputs.map((input) => bytes(3, input)), map(5, attributes));
}

/** A dimension; a negative varint has ten bytes. */
function size(extent: number): Message {
  if (extent >= 0) return whole(1, extent);
  return Uint8Array.of(8, ...new Array<number>(9).fill(0xff), 1);
}

function textOf(layer: unknown): string | undefined {
  return typeof layer === 'string' ? undefined : JSON.stringify(layer);
}

function nameOfChoice(layer: unknown): string {
  return typeof layer === 'string' ? layer : (Object.keys(layer as object)[0] ?? '');
}
