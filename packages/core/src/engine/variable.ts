import { AdjointError } from '../errors.js';
import type { DeviceBuffer } from '../backend/backend.js';
import { storageBytes } from '../compiler/program.js';
import { leaf } from '../graph/primitives/leaf.js';
import { variablePrimitive } from '../graph/primitives/variable.js';
import { Tensor, type TensorType } from '../graph/tensor.js';
import type { DType } from '../tensor/dtype.js';
import { checkedElements, hostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import { distinct, inspectable } from '../tensor/inspectable.js';
import { formatShape, sameShape, sizeOf, type Shape } from '../tensor/shape.js';
import type { Device } from './device.js';
import type { Engine } from './engine.js';
import { activeTrace } from './trace.js';
import { VariableMemory } from './variable-memory.js';

export interface VariableOptions {
  /** For errors and profiles; `variable` if not given. */
  readonly name?: string;
  readonly shape?: Shape;
  readonly dtype?: DType;
}

/** State that programs read and update in place: a parameter, an optimizer slot, a running statistic. */
export class Variable {
  readonly type: TensorType;
  readonly #memory: VariableMemory;
  /** The leaf of the present value, outside traces. */
  #leaf: WeakRef<Tensor> | undefined;

  /** @internal Use engine.variable or app.variable. */
  constructor(
    readonly engine: Engine,
    readonly device: Device,
    initial: HostTensor,
    readonly name: string,
  ) {
    this.type = { shape: initial.shape, dtype: initial.dtype };
    const bytes = initial.data.length * storageBytes(initial.dtype);
    this.#memory = new VariableMemory(device, bytes, checkedElements(initial, this.type, name));
    engine.freeWith(this, this.#memory.release);
    distinct(this, 'engine', 'device');
  }

  /**
   * Where the value is on the device.
   * @throws AdjointError `OUT_OF_MEMORY` @internal
   */
  get buffer(): DeviceBuffer {
    return this.#memory.buffer;
  }

  /** The present value, as a tensor to compute with. */
  get value(): Tensor {
    const trace = activeTrace();
    if (trace) return trace.read(this);
    const known = this.#leaf?.deref();
    if (known && !known.value) return known;
    const tensor = leaf(variablePrimitive, this.type, this.engine);
    this.engine.bindVariable(tensor, this);
    this.#leaf = new WeakRef(tensor);
    return tensor;
  }

  /**
   * Sets a new value of the same shape and dtype. In a traced function the program does it when it runs; outside the
   * value is computed at once. Tensors built from the old value keep the old value.
   * @throws AdjointError `SHAPE_MISMATCH` for another shape or dtype; in a traced function at once, so that the call rejects
   * even if nobody awaits the assignment.
   */
  assign(value: Tensor | TensorLike): Promise<void> {
    const trace = activeTrace();
    if (!trace) return this.#assignNow(value);
    const tensor = value instanceof Tensor ? value : this.engine.tensor(value, undefined, this.type.dtype);
    this.#checkType(tensor);
    trace.write(this, tensor);
    return Promise.resolve();
  }

  async #assignNow(value: Tensor | TensorLike): Promise<void> {
    if (value instanceof Tensor) this.#checkType(value);
    const next = value instanceof Tensor ? await value.read() : hostTensor(value, undefined, this.type.dtype);
    this.#checkType(next);
    await this.engine.exclusively(async () => {
      const old = this.#leaf?.deref();
      if (old && !old.value) old.value = await this.#download();
      this.#leaf = undefined;
      this.#write(next);
    });
  }

  #checkType({ shape, dtype }: TensorType): void {
    if (sameShape(shape, this.type.shape) && dtype === this.type.dtype) return;
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${this.name}: cannot assign ${dtype} ${formatShape(shape)}; the variable is ${this.type.dtype} ${formatShape(this.type.shape)}.`,
    );
  }

  #write(value: HostTensor): void {
    this.#memory.write(checkedElements(value, this.type, this.name));
  }

  /** The present value on the host. */
  read(): Promise<HostTensor> {
    return this.engine.exclusively(() => this.#download());
  }

  /** Overwrites the value without keeping old graphs intact; for loading saved states. @internal */
  restore(value: HostTensor): void {
    this.engine.assertOpen();
    this.#write(value);
  }

  async #download(): Promise<HostTensor> {
    const size = sizeOf(this.type.shape);
    const buffer = await this.device.withTurn(() => this.buffer);
    return { ...this.type, data: await this.device.backend.read(buffer, this.type.dtype, 0, size) };
  }
}

inspectable(Variable, ({ name, type }) => `Variable '${name}' ${type.dtype} ${formatShape(type.shape)}: await read()`);
