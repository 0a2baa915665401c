import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { formatShape, sizeOf, type DType, type HostTensor, type TypedArray } from '@adjoint/core';
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  type AttributeProtoSchema,
  type GraphProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import { elementTypeOf } from '../format/element-types.js';
import type { Dim, Varying } from './dims.js';

/** Element types of ONNX that values within a graph may have beside those of tensors here. */
export const [INT64, UINT32] = [7, 12];

/** Version of the operators that are written; 18 is the first with all that a training step needs. */
const writtenOpset = 18;
const irVersion = 8;

/** Whole numbers, lists of them, text, and graphs. */
export type AttributeValue = number | string | readonly number[] | { readonly graph: InnerGraph };

/** A graph within a node, and the names that it reads of the graph around it. */
export interface InnerGraph {
  readonly graph: MessageInitShape<typeof GraphProtoSchema>;
  readonly captures: readonly string[];
}

/** A node that is to be written. */
interface PlannedNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** A value that a graph takes or gives. */
export interface GraphValue {
  readonly name: string;
  readonly dtype: DType;
  readonly dims: readonly Dim[];
}

/** Puts a graph of ONNX together, node by node; nodes that no output needs are left out in the end. */
export class GraphWriter {
  readonly #nodes: PlannedNode[] = [];
  readonly #tensors = new Map<string, MessageInitShape<typeof TensorProtoSchema>>();
  readonly #known = new Map<string, string>();
  /** The name of the input whose first axis is that of the examples. */
  batchInput: string;
  /** Names of all graphs of a model: those within nodes must differ from those around them. */
  readonly #names: Set<string>;

  constructor(outer?: GraphWriter) {
    this.#names = outer ? outer.#names : new Set();
    this.batchInput = outer?.batchInput ?? '';
  }

  /** Reserves a name that a value shall have. */
  reserve(name: string): string {
    this.#names.add(name);
    return name;
  }

  /** Adds an operation; equal ones are written once. Returns the name of its first output. */
  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    return this.nodes(op, inputs, attributes, 1)[0] ?? '';
  }

  /** The same with several outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    count: number,
  ): readonly string[] {
    const key = 'body' in attributes ? undefined : JSON.stringify([op, inputs, attributes, count]);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known !== undefined) return known.split('\n');
    const outputs = Array.from({ length: count }, () => this.#newName(op));
    this.#nodes.push({ op, inputs, outputs, attributes });
    if (key !== undefined) this.#known.set(key, outputs.join('\n'));
    return outputs;
  }

  /** A constant of a dtype, perhaps under a name. */
  constant({ data, shape, dtype }: HostTensor, name = this.#newName('constant')): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    return this.#tensor(name, elementTypeOf[dtype], shape, bytes);
  }

  /** A number of a dtype, written once. */
  scalar(value: number, dtype: DType): string {
    const text = Object.is(value, -0) ? '-0' : String(value);
    const data = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Uint8Array }[dtype].of(value);
    return this.#once(`scalar ${dtype} ${text}`, () => this.constant({ data: data as TypedArray, shape: [], dtype }));
  }

  /** A list of int64. */
  integers(values: readonly number[]): string {
    return this.#once(`integers ${values.join()}`, () => {
      const data = BigInt64Array.from(values, BigInt);
      return this.#tensor(this.#newName('shape'), INT64, [values.length], new Uint8Array(data.buffer));
    });
  }

  /** A constant of uint32. */
  words(values: Uint32Array, shape: readonly number[]): string {
    const make = (): string =>
      this.#tensor(this.#newName('words'), UINT32, shape, new Uint8Array(values.buffer.slice(0)));
    return values.length > 1 ? make() : this.#once(`word ${values.join()} ${formatShape(shape)}`, make);
  }

  /** A shape as a list of int64, computed from the number of examples where it depends on it. */
  shape(dims: readonly Dim[]): string {
    const numbers = dims.filter((dim) => typeof dim === 'number');
    if (numbers.length === dims.length) return this.integers(numbers);
    const parts = dims.map((dim) => (typeof dim === 'number' ? this.integers([dim]) : this.#varying(dim)));
    return parts.length === 1 ? (parts[0] ?? '') : this.node('Concat', parts, { axis: 0 });
  }

  #varying({ factor, offset }: Varying): string {
    const shape = this.node('Shape', [this.batchInput], { start: 0, end: 1 });
    const scaled = factor === 1 ? shape : this.node('Mul', [shape, this.integers([factor])]);
    return offset === 0 ? scaled : this.node('Add', [scaled, this.integers([offset])]);
  }

  /** The bytes of the model. `outputs` name what gives each. */
  finish(
    inputs: readonly GraphValue[],
    outputs: readonly (GraphValue & { readonly from: string })[],
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array {
    const { graph } = this.finishInner(inputs, outputs);
    const model = create(ModelProtoSchema, {
      irVersion: BigInt(irVersion),
      producerName: 'adjoint',
      opsetImport: [{ domain: '', version: BigInt(writtenOpset) }],
      metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
      graph,
    });
    return toBinary(ModelProtoSchema, model);
  }

  /** The graph as an attribute of a node in another one. */
  finishInner(inputs: readonly GraphValue[], outputs: readonly (GraphValue & { readonly from: string })[]): InnerGraph {
    for (const { name, from } of outputs)
      this.#nodes.push({ op: 'Identity', inputs: [from], outputs: [name], attributes: {} });
    const nodes = this.#needed(new Set(outputs.map(({ name }) => name)));
    const read = new Set(nodes.flatMap(namesRead));
    const own = new Set([...inputs.map(({ name }) => name), ...nodes.flatMap((node) => node.outputs)]);
    return {
      graph: {
        name: 'adjoint',
        node: nodes.map(nodeProto),
        initializer: [...this.#tensors].flatMap(([name, tensor]) => (read.has(name) ? [tensor] : [])),
        input: inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      },
      captures: [...read].filter((name) => !own.has(name) && !this.#tensors.has(name)),
    };
  }

  #needed(needed: Set<string>): PlannedNode[] {
    const kept = this.#nodes.toReversed().filter((node) => {
      if (!node.outputs.some((name) => needed.has(name))) return false;
      for (const name of namesRead(node)) needed.add(name);
      return true;
    });
    return kept.reverse();
  }

  #tensor(name: string, dataType: number, shape: readonly number[], rawData: Uint8Array): string {
    if (rawData.length === 0 && sizeOf(shape) > 0) return name;
    const own = new Uint8Array(rawData);
    this.#tensors.set(name, { name, dataType, dims: shape.map(BigInt), rawData: own });
    return name;
  }

  #once(key: string, make: () => string): string {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  /** A name that nothing has yet: the one that is asked for, if it can be had. */
  newName(wanted: string): string {
    return this.#names.has(wanted) ? this.#newName(wanted) : this.reserve(wanted);
  }

  #newName(base: string): string {
    let [name, tries] = ['', 0];
    do name = `${base}_${this.#names.size + tries++}`;
    while (this.#names.has(name));
    return this.reserve(name);
  }
}

function namesRead({ inputs, attributes }: PlannedNode): string[] {
  const captured = Object.values(attributes).flatMap((value) =>
    typeof value === 'object' && 'graph' in value ? value.graph.captures : [],
  );
  return [...inputs, ...captured];
}

function nodeProto({ op, inputs, outputs, attributes }: PlannedNode): MessageInitShape<typeof NodeProtoSchema> {
  const attribute = Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
  return { name: outputs[0] ?? '', opType: op, input: [...inputs], output: [...outputs], attribute };
}

function attributeProto(name: string, value: AttributeValue): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: Kind.INT, i: BigInt(value) };
  if (typeof value === 'string') return { name, type: Kind.STRING, s: new TextEncoder().encode(value) };
  if ('graph' in value) return { name, type: Kind.GRAPH, g: value.graph.graph };
  return { name, type: Kind.INTS, ints: value.map(BigInt) };
}

function valueInfo({ name, dtype, dims }: GraphValue): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = dims.map((extent) => {
    if (typeof extent === 'number') return { value: { case: 'dimValue' as const, value: BigInt(extent) } };
    const { factor, offset } = extent;
    const text = `${factor === 1 ? '' : `${factor}*`}batch${offset === 0 ? '' : `+${offset}`}`;
    return { value: { case: 'dimParam' as const, value: text } };
  });
  const value = { case: 'tensorType' as const, value: { elemType: elementTypeOf[dtype], shape: { dim } } };
  return { name, type: { value } };
}
