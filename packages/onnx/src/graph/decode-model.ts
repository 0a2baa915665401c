import { fromBinary } from '@bufbuild/protobuf';
import { AdjointError, hostTensor, isFloat, type HostTensor } from '@adjoint/core';
import { checkMaxBytes } from '@adjoint/core/options';
import {
  AttributeProto_AttributeType as Kind,
  ModelProtoSchema,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { decodeTensor, type ExternalData, type TensorReading } from '../format/decode-tensor.js';
import { elementTypes } from '../format/element-types.js';
import type { OnnxAttribute, OnnxGraph, OnnxInput, OnnxNode } from '../format/onnx-graph.js';
import { packTensor } from '../format/packed-tensor.js';

/** A model as it stands in a file: its graph without constants and weights, and the values of both. */
export interface DecodedModel {
  readonly graph: OnnxGraph;
  readonly values: ReadonlyMap<string, HostTensor>;
}

export interface DecodeOptions {
  /** What errors call the file. */
  readonly source: string;
  readonly external?: ExternalData | undefined;
  /** Bytes that all its tensors may take in memory. */
  readonly maxBytes?: number | undefined;
}

/**
 * Reads the bytes of a model.
 * @throws AdjointError `FILE_INVALID`
 */
export function decodeModel(bytes: Uint8Array, options: DecodeOptions): DecodedModel {
  const { source } = options;
  const model = parsed(bytes, source);
  if (!model.graph) throw new AdjointError('FILE_INVALID', `${source}: it holds no graph; is it an ONNX model?`);
  const opset = Number(model.opsetImport.find(({ domain }) => isOwnDomain(domain))?.version ?? 1);
  return new GraphReader(opset, options).read(model.graph);
}

function parsed(bytes: Uint8Array, source: string) {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw new AdjointError('FILE_INVALID', `${source}: these are not the bytes of an ONNX model, or not all of them.`, {
      cause,
    });
  }
}

function isOwnDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

class GraphReader {
  readonly reading: TensorReading;

  constructor(
    readonly opset: number,
    readonly options: DecodeOptions,
  ) {
    const { source, external, maxBytes } = options;
    let taken = 0;
    this.reading = { source, external, take: (bytes) => checkMaxBytes((taken += bytes), maxBytes, source) };
  }

  read(proto: GraphProto): DecodedModel {
    const { source } = this.options;
    if (proto.sparseInitializer.length > 0)
      throw new AdjointError('FILE_INVALID', `${source}: it has sparse initializers; save it with dense ones.`);
    const values = new Map(proto.initializer.map((tensor) => [tensor.name, decodeTensor(tensor, this.reading)]));
    const nodes: OnnxNode[] = [];
    for (const node of proto.node) {
      const [output = ''] = node.output;
      const value = node.opType === 'Constant' && isOwnDomain(node.domain) ? this.#constant(node) : undefined;
      if (value) values.set(output, value);
      else nodes.push(this.#node(node));
    }
    const graph: OnnxGraph = {
      opset: this.opset,
      inputs: proto.input.flatMap((input) => (values.has(input.name) ? [] : [this.#input(input)])),
      outputs: proto.output.map(({ name }) => name),
      nodes,
      constants: {},
      weights: {},
    };
    return { graph, values };
  }

  #node({ name, opType, domain, input, output, attribute }: NodeProto): OnnxNode {
    return {
      name,
      op: opType,
      domain: isOwnDomain(domain) ? '' : domain,
      inputs: input,
      outputs: output,
      attributes: Object.fromEntries(attribute.map((each) => [each.name, this.#attribute(each)])),
    };
  }

  #input({ name, type }: ValueInfoProto): OnnxInput {
    const { source } = this.options;
    const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
    const element = tensor && elementTypes.get(tensor.elemType);
    if (!element)
      throw new AdjointError('FILE_INVALID', `${source}: its input '${name}' is no tensor of numbers or booleans.`);
    const shape = (tensor.shape?.dim ?? []).map(({ value }) =>
      value.case === 'dimValue' ? Number(value.value) : null,
    );
    return { name, shape, dtype: element.dtype };
  }

  #attribute(proto: AttributeProto): OnnxAttribute {
    const { source } = this.options;
    switch (kindOf(proto)) {
      case Kind.FLOAT:
        return numberAttribute(proto.f);
      case Kind.INT:
        return Number(proto.i);
      case Kind.STRING:
        return textOf(proto.s);
      case Kind.FLOATS:
        return numbersAttribute(proto.floats);
      case Kind.INTS:
        return proto.ints.map(Number);
      case Kind.STRINGS:
        return proto.strings.map(textOf);
      case Kind.TENSOR:
        if (proto.t) return { tensor: packTensor(decodeTensor(proto.t, this.reading)) };
        break;
      case Kind.GRAPH:
        if (proto.g) return { graph: this.#inner(proto.g) };
        break;
      default:
    }
    throw new AdjointError('FILE_INVALID', `${source}: the attribute '${proto.name}' is of a kind that is not read.`);
  }

  /** A graph in an attribute, whose values are all constants. */
  #inner(proto: GraphProto): OnnxGraph {
    const { graph, values } = this.read(proto);
    return { ...graph, constants: Object.fromEntries([...values].map(([name, value]) => [name, packTensor(value)])) };
  }

  /** The value of a node `Constant`; undefined for one of text. */
  #constant({ attribute }: NodeProto): HostTensor | undefined {
    const [first] = attribute;
    if (!first) return undefined;
    const kind = kindOf(first);
    if (kind === Kind.TENSOR && first.t) return decodeTensor(first.t, this.reading);
    if (kind === Kind.FLOAT) return hostTensor(Float32Array.of(first.f), []);
    if (kind === Kind.FLOATS) return hostTensor(Float32Array.from(first.floats));
    if (kind === Kind.INT) return hostTensor(Int32Array.of(Number(first.i)), []);
    return kind === Kind.INTS ? hostTensor(Int32Array.from(first.ints, Number)) : undefined;
  }
}

/** Files of the first version do not say the kind. */
function kindOf(proto: AttributeProto): Kind {
  if (proto.type !== Kind.UNDEFINED) return proto.type;
  if (proto.t) return Kind.TENSOR;
  if (proto.g) return Kind.GRAPH;
  if (proto.floats.length > 0) return Kind.FLOATS;
  if (proto.ints.length > 0) return Kind.INTS;
  if (proto.strings.length > 0) return Kind.STRINGS;
  if (proto.s.length > 0) return Kind.STRING;
  return proto.f === 0 ? Kind.INT : Kind.FLOAT;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function numberAttribute(value: number): OnnxAttribute {
  return Number.isFinite(value) ? value : numbersAttribute([value]);
}

function numbersAttribute(values: readonly number[]): OnnxAttribute {
  return values.every(Number.isFinite) ? values : { tensor: packTensor(hostTensor(Float64Array.from(values))) };
}

/** The dtype in which a model of these values computes. */
export function dtypeOf({ graph, values }: DecodedModel): 'float32' | 'float64' {
  const types = [...graph.inputs, ...values.values()].map(({ dtype }) => dtype).filter(isFloat);
  return types.includes('float64') && !types.includes('float32') ? 'float64' : 'float32';
}
