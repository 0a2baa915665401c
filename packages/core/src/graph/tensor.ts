import type { NotInferred } from './not-inferred.js';
import { AdjointError } from '../errors.js';
import { checkDType, type DType, type TypedArray } from '../tensor/dtype.js';
import { formatValues } from '../tensor/format-values.js';
import { inspectable } from '../tensor/inspectable.js';
import { toNested, type HostTensor, type NestedNumbers } from '../tensor/host-tensor.js';
import { checkShape, formatShape, sizeOf, type Shape } from '../tensor/shape.js';
import { wrongOperand } from './operand-error.js';
import type { Inputs, PerInput, Primitive } from './primitive.js';
import { currentScope } from './scope.js';

/** Shape and dtype: all that is known of a tensor before it is computed. */
export interface TensorType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Where a graph is computed: an engine, or a trace (which refuses to be read). */
export interface Evaluator {
  /** The evaluator that this one was opened by: tensors of a parent may be used in a child. */
  readonly parent?: Evaluator;
  evaluate(tensors: readonly Tensor[]): Promise<HostTensor[]>;
}

/** What a tensor is a handle of. */
interface Node {
  readonly primitive: Primitive;
  readonly inputs: readonly Tensor[];
  readonly attributes: unknown;
  readonly type: TensorType;
  readonly evaluator: Evaluator | undefined;
  readonly scope: string | undefined;
  value: HostTensor | undefined;
}

let nextId = 0;

/**
 * A node of the dataflow graph: one primitive applied to inputs. Building a tensor computes nothing; reading it
 * (`data`, `array`, `item`) compiles and runs what it depends on. The fluent methods are declared in `fluent.ts`.
 */
export class Tensor implements TensorType {
  readonly id = nextId++;
  readonly shape: Shape;
  readonly dtype: DType;
  /** All else, in one private place: consoles and failed assertions would print the whole graph. */
  readonly #node: Node;

  constructor(
    primitive: Primitive,
    inputs: readonly Tensor[],
    attributes: unknown,
    type: TensorType,
    evaluator: Evaluator | undefined,
  ) {
    this.shape = type.shape;
    this.dtype = type.dtype;
    this.#node = { primitive, inputs, attributes, type, evaluator, scope: currentScope(), value: undefined };
  }

  get primitive(): Primitive {
    return this.#node.primitive;
  }

  get inputs(): readonly Tensor[] {
    return this.#node.inputs;
  }

  get attributes(): unknown {
    return this.#node.attributes;
  }

  get type(): TensorType {
    return this.#node.type;
  }

  get evaluator(): Evaluator | undefined {
    return this.#node.evaluator;
  }

  /** What it was built for, such as a layer; for profiles and printing. */
  get scope(): string | undefined {
    return this.#node.scope;
  }

  /** The value, once computed or if given from the host. It is dropped with the tensor. */
  get value(): HostTensor | undefined {
    return this.#node.value;
  }

  set value(value: HostTensor | undefined) {
    this.#node.value = value;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * Computes the value and returns it as an ordinary typed array in row-major order (booleans as 0 and 1).
   * @throws AdjointError `GRAPH_READ_IN_TRACE` inside a traced function, `ENGINE_MISSING` if no app owns the tensor.
   */
  async data(): Promise<TypedArray> {
    return (await this.read()).data;
  }

  /** The value as nested arrays; a scalar comes as a bare number or boolean. */
  async array(): Promise<NestedNumbers> {
    return toNested(await this.read());
  }

  /** The only element of a tensor of size 1, as a number. */
  async item(): Promise<number> {
    if (this.size !== 1) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `item: the tensor has shape ${formatShape(this.shape)}; only a tensor of one element has an item. Use data() or array().`,
      );
    }
    return (await this.data())[0]!;
  }

  /** The value with its shape and dtype. */
  async read(): Promise<HostTensor> {
    if (this.value) return this.value;
    if (!this.evaluator) {
      throw new AdjointError(
        'ENGINE_MISSING',
        `This tensor was built from numbers alone and belongs to no app, so nothing can compute it. Make one of its inputs with app.tensor(…).`,
      );
    }
    return (await this.evaluator.evaluate([this]))[0]!;
  }

  /**
   * Text has the tensor's type; a number does not exist before it is computed, so `x + 1` and `x > 1` are refused.
   * @throws AdjointError `OPERAND_INVALID`
   */
  [Symbol.toPrimitive](hint: 'string' | 'number' | 'default'): string {
    if (hint === 'string') return this.toString();
    throw new AdjointError(
      'OPERAND_INVALID',
      `A tensor is no number, so JavaScript's operators do not compute with it: write x.add(1), x.greater(1), x.equal(1), or take its value with await x.item(). In text, write \`\${x}\`.`,
    );
  }

  toString(): string {
    return `${this.primitive.name}: ${this.dtype} ${formatShape(this.shape)}`;
  }
}

inspectable(Tensor, (tensor) => {
  const type = `Tensor ${tensor.dtype} ${formatShape(tensor.shape)}`;
  return tensor.value
    ? `${type}\n${formatValues(tensor.value)}`
    : `${type}, ${tensor.primitive.name} of ${tensor.inputs.length} inputs, not computed yet: await data(), array() or item()`;
});

/** Builds the node `primitive(inputs; attributes)` after checking it with the primitive's shape rule. */
export function apply<A, I extends Inputs>(primitive: Primitive<A, I>, inputs: NotInferred<I>, attributes: A): Tensor {
  for (const input of inputs) if (!(input instanceof Tensor)) throw wrongOperand(primitive.name, input, 'a tensor');
  // A rule may hand an input back as the type; keeping that would chain every node to its ancestors.
  const { shape, dtype } = primitive.infer(inputs as PerInput<I, TensorType>, attributes);
  checkShape(shape, primitive.name);
  checkDType(dtype, primitive.name);
  return new Tensor(primitive, inputs, attributes, { shape, dtype }, commonEvaluator(primitive.name, inputs));
}

/** The same node as one of an app, if it belongs to none: what is made of numbers alone can then be read. */
export function ofSameApp(node: Tensor, evaluator: Evaluator | undefined): Tensor {
  const { primitive, inputs, attributes, type } = node;
  return node.evaluator ? node : new Tensor(primitive, inputs, attributes, type, evaluator);
}

/** The innermost of the apps and traces that tensors belong to, if they belong to any. */
export function commonEvaluator(what: string, inputs: readonly Tensor[]): Evaluator | undefined {
  let common: Evaluator | undefined;
  for (const { evaluator } of inputs) {
    if (!evaluator || evaluator === common || descends(common, evaluator)) continue;
    if (common && !descends(evaluator, common)) {
      throw new AdjointError(
        'ENGINE_MIXED',
        `${what}: its inputs belong to different apps or traces. Pass values between them as data (await tensor.read()), or as inputs of the traced function.`,
      );
    }
    common = evaluator;
  }
  return common;
}

function descends(child: Evaluator | undefined, ancestor: Evaluator): boolean {
  for (let parent = child?.parent; parent; parent = parent.parent) if (parent === ancestor) return true;
  return false;
}
