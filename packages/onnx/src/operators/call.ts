import { AdjointError, type ErrorCode, type Tensor } from '@adjoint/core';
import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../format/onnx-graph.js';
import { unpackTensor } from '../format/packed-tensor.js';

/** What operators ask of the pass in which they are traced. */
export interface OperatorPass {
  readonly training: boolean;
  /** A key for random numbers of a node, int32 [3]. */
  random(node: string): Tensor;
  /** The next value of a running statistic, by the name of the weight; nothing where it is none. */
  update(weight: string, value: Tensor): void;
  /** Whether it is a running statistic of the model. */
  isState(weight: string): boolean;
  /** The number of examples that a model was exported for, and that of this pass, where the model has fixed the first. */
  readonly batch: { readonly exported: number; readonly actual: number } | undefined;
}

/** One operation of a graph with its inputs: what an operator reads them and its attributes by. */
export class Call {
  constructor(
    readonly node: OnnxNode,
    readonly inputs: readonly (Tensor | undefined)[],
    /** Version of ONNX's operators that the graph is written in. */
    readonly opset: number,
    readonly pass: OperatorPass,
    /** Runs a graph inside this one, which sees the values around it. */
    readonly run: (graph: OnnxGraph, inputs: readonly Tensor[]) => readonly Tensor[],
  ) {}

  /** The first input. */
  get x(): Tensor {
    return this.input(0);
  }

  /** @throws AdjointError `FILE_INVALID` where the model leaves it out */
  input(index: number): Tensor {
    const input = this.inputs[index];
    if (input) return input;
    throw this.error('FILE_INVALID', `input ${index} is missing.`);
  }

  /** An input that may be left out. */
  optional(index: number): Tensor | undefined {
    return this.inputs[index];
  }

  /** All inputs, none of which may be left out. */
  all(): readonly Tensor[] {
    return this.inputs.map((_, i) => this.input(i));
  }

  /** The elements of an input that must be known; undefined where it is left out. */
  known(index: number): number[] | undefined {
    const input = this.inputs[index];
    if (!input) return undefined;
    if (input.value) return Array.from(input.value.data);
    throw this.error(
      'FILE_INVALID',
      `input ${index} ('${this.node.inputs[index] ?? ''}') is computed from the data, but decides on shapes; a graph needs fixed ones.`,
    );
  }

  has(name: string): boolean {
    return Object.hasOwn(this.node.attributes, name);
  }

  number(name: string, fallback: number): number {
    const value = this.#attribute(name);
    if (typeof value === 'object' && 'tensor' in value) return unpackTensor(value.tensor).data[0] ?? fallback;
    return typeof value === 'number' ? value : fallback;
  }

  flag(name: string, fallback = false): boolean {
    return this.number(name, Number(fallback)) !== 0;
  }

  numbers(name: string): number[] | undefined {
    const value = this.#attribute(name);
    if (typeof value === 'object' && 'tensor' in value) return Array.from(unpackTensor(value.tensor).data);
    return Array.isArray(value) ? value.map(Number) : undefined;
  }

  text(name: string, fallback: string): string {
    const value = this.#attribute(name);
    return typeof value === 'string' ? value : fallback;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.#attribute(name);
    return Array.isArray(value) ? value.map(String) : undefined;
  }

  graph(name: string): OnnxGraph {
    const value = this.#attribute(name);
    if (typeof value === 'object' && 'graph' in value) return value.graph;
    throw this.error('FILE_INVALID', `the attribute '${name}' is missing.`);
  }

  /** Numbers that an attribute held in old versions and an input holds in newer ones. */
  numbersAt(index: number, name: string): number[] | undefined {
    return this.known(index) ?? this.numbers(name);
  }

  /** Axes counted from the front. */
  axis(value: number, rank = this.x.rank): number {
    const axis = value < 0 ? value + rank : value;
    if (axis >= 0 && axis < Math.max(rank, 1)) return axis;
    throw this.error('FILE_INVALID', `axis ${value} is none of the ${rank} axes.`);
  }

  /** Where the axes are cut in two: before this one, or after the last. */
  cut(value: number): number {
    return value === this.x.rank ? value : this.axis(value);
  }

  error(code: ErrorCode, message: string): AdjointError {
    return new AdjointError(code, `${nodeText(this.node)}: ${message}`);
  }

  /** What a name stands for that a file gives. @throws AdjointError `FILE_INVALID` for others */
  choice<T>(table: Readonly<Record<string, T>>, name: string): T {
    const found = Object.hasOwn(table, name) ? table[name] : undefined;
    if (found !== undefined) return found;
    throw this.unsupported(`'${name}'`);
  }

  unsupported(what: string): AdjointError {
    return this.error('FILE_INVALID', `${what} is not supported.`);
  }

  #attribute(name: string): OnnxAttribute | undefined {
    return this.node.attributes[name];
  }
}

/** How errors name a node. */
export function nodeText({ name, op, outputs }: OnnxNode): string {
  return `onnx: node '${name || (outputs[0] ?? '')}' (${op})`;
}
