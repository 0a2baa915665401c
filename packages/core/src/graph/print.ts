import { oneOf, optional, schemaOf, validateOptions } from '../registry/options/index.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensors } from './operand.js';
import type { Tensor } from './tensor.js';
import { topologicalOrder } from './topological-order.js';

export interface PrintOptions {
  /** `text` if not given; `mermaid` is drawn by Markdown viewers, `dot` by Graphviz. */
  readonly format?: 'text' | 'mermaid' | 'dot';
}

const printOptions = schemaOf<PrintOptions>({ format: optional(oneOf('text', 'mermaid', 'dot')) });

interface Row {
  readonly node: Tensor;
  readonly number: number;
  readonly inputs: readonly number[];
  readonly attributes: string;
  /** The names under which the node was asked for. */
  readonly names: readonly string[];
}

/**
 * Draws the graph under tensors: each node with its primitive, type and attributes. Give the tensors as an object to
 * name them.
 * @example printGraph({ y, dx, dw }) // dx and dw of a convolution are convolutions
 */
export function printGraph(
  tensors: readonly Tensor[] | Readonly<Record<string, Tensor>>,
  options: PrintOptions = {},
): string {
  validateOptions(printOptions, options, 'printGraph');
  const { format = 'text' } = options;
  const named = Array.isArray(tensors)
    ? (tensors as readonly Tensor[]).map((node) => ['', node] as const)
    : Object.entries((tensors ?? {}) as Readonly<Record<string, Tensor>>);
  checkTensors('printGraph', ...named.map(([, node]) => node));
  const order = topologicalOrder(named.map(([, node]) => node));
  const numbers = new Map(order.map((node, i) => [node, i]));
  const rows = order.map((node, number) => ({
    node,
    number,
    inputs: node.inputs.map((input) => numbers.get(input)!),
    attributes: formatAttributes(node),
    names: named.flatMap(([name, root]) => (root === node ? [name] : [])),
  }));
  return printers[format](rows);
}

const printers: Record<NonNullable<PrintOptions['format']>, (rows: readonly Row[]) => string> = {
  text: (rows) => rows.map(textLine).join('\n'),
  mermaid: (rows) =>
    [
      'flowchart TD',
      ...rows.map((row) => `  n${row.number}["${labelOf(row).map(escapeMermaid).join('<br>')}"]`),
      ...edges(rows).map(([from, to]) => `  n${from} --> n${to}`),
      '  classDef convolution fill:#fde68a,stroke:#b45309,color:#000',
      ...rows.filter(isContraction).map(({ number }) => `  class n${number} convolution`),
    ].join('\n'),
  dot: (rows) =>
    [
      'digraph {',
      '  node [shape=box]',
      ...rows.map(
        (row) =>
          `  n${row.number} [label="${labelOf(row).map(escapeDot).join('\\n')}"${isContraction(row) ? ' style=filled fillcolor="#fde68a"' : ''}]`,
      ),
      ...edges(rows).map(([from, to]) => `  n${from} -> n${to}`),
      '}',
    ].join('\n'),
};

function textLine({ node, number, inputs, names }: Row): string {
  const result = names.map((name) => ` → ${name || 'result'}`).join('');
  return nodeText(node, `%${number}`, (_, i) => `%${inputs[i]!}`) + result;
}

/** A node as `%2 = add(%0, %1): float32 [3]`, with its attributes in braces. */
export function nodeText(node: Tensor, name: string, inputName: (input: Tensor, index: number) => string): string {
  const attributes = formatAttributes(node);
  const call = `${node.primitive.name}(${node.inputs.map(inputName).join(', ')})`;
  return `${name} = ${call}: ${typeOf(node)}${attributes && ` {${attributes}}`}`;
}

function labelOf({ node, attributes, names }: Row): string[] {
  const title = [...names.filter((name) => name !== ''), node.primitive.name].join(' = ');
  return [title, typeOf(node), ...(attributes ? [attributes] : [])];
}

/** Dtype and shape. */
export function typeOf(node: Tensor): string {
  return `${node.dtype} ${formatShape(node.shape)}`;
}

/** Attributes without the shape and dtype, which the type says already, and without functions. */
function formatAttributes({ attributes }: Tensor): string {
  return Object.entries(attributes ?? {})
    .filter(([name, value]) => name !== 'shape' && name !== 'dtype' && typeof value !== 'function')
    .map(([name, value]) => `${name}: ${formatValue(value)}`)
    .join(', ');
}

function formatValue(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(formatValue).join(', ')}]` : String(value);
}

function edges(rows: readonly Row[]): (readonly [from: number, to: number])[] {
  return rows.flatMap(({ number, inputs }) => inputs.map((input) => [input, number] as const));
}

function isContraction({ node }: Row): boolean {
  const { lowering } = node.primitive;
  return lowering.kind === 'reduction' && lowering.contraction === true;
}

function escapeMermaid(text: string): string {
  return text.replaceAll('"', '#quot;');
}

function escapeDot(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
