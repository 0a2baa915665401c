import { array, custom, documented, integer, object, string, type Schema } from '@adjoint/core/options';
import type { OnnxGraph } from '../format/onnx-graph.js';

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

function isNode(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { name, op, domain, inputs, outputs, attributes } = value as Record<string, unknown>;
  const areTexts = [name, op, domain].every((text) => typeof text === 'string');
  const areNames = [inputs, outputs].every(
    (list) => Array.isArray(list) && list.every((each) => typeof each === 'string'),
  );
  return areTexts && areNames && isRecord(attributes);
}

/** What the options of the layer `onnx` look like; what becomes of the nodes, their operators check. */
export const graphSchema = object({
  opset: documented(integer, "Version of ONNX's operators that the graph is written in."),
  inputs: documented(
    array(custom<unknown>(isRecord, 'an input with name, shape and dtype')),
    'Names and types, with the batch axis.',
  ),
  outputs: documented(array(string), 'Names of the values that the layer gives.'),
  nodes: documented(
    array(custom<unknown>(isNode, 'a node with name, op, domain, inputs, outputs and attributes')),
    'Operations, inputs before users.',
  ),
  constants: documented(custom<unknown>(isRecord, 'a record'), 'Values that stay as they are, by name.'),
  weights: documented(custom<unknown>(isRecord, 'a record'), 'Shapes and roles of parameters and states, by name.'),
}) as unknown as Schema<OnnxGraph>;
