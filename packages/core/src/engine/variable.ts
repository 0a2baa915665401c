import { AdjointError } from '../errors.js';
import type { DeviceBuffer } from '../backend/backend.js';
import { storageBytes } from '../compiler/program.js';
import { leaf, variablePrimitive } from '../graph/primitives/leaf.js';
import { Tensor, type TensorType } from '../graph/tensor.js';
import { hostTensor, type HostTensor, type TensorLike } from '../tensor/host-tensor.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { Engine } from './engine.js';
import { activeTrace } from './trace.js';

/** State that programs read and update in place: a parameter, an optimizer slot, a running statistic. */
export class Variable {
  readonly type: TensorType;
  readonly buffer: DeviceBuffer;
  /** The leaf of the present value, outside traces. */
  #leaf: WeakRef<Tensor> | undefined;

  /** @internal Use engine.variable or app.variable. */
  constructor(
    readonly engine: Engine,
    initial: HostTensor,
    readonly name: string,
  ) {
    this.type = { shape: initial.shape, dtype: initial.dtype };
    this.buffer = engine.backend.allocate(initial.data.length * storageBytes(initial.dtype));
    engine.backend.write(this.buffer, initial.data);
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
   */
  async assign(value: Tensor | TensorLike): Promise<void> {
    const tensor = value instanceof Tensor ? value : undefined;
    const type = tensor ?? hostTensor(value as TensorLike, undefined, this.type.dtype);
    if (!sameShape(type.shape, this.type.shape) || type.dtype !== this.type.dtype) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `${this.name}: cannot assign ${type.dtype} ${formatShape(type.shape)}; the variable is ${this.type.dtype} ${formatShape(this.type.shape)}.`,
      );
    }
    const trace = activeTrace();
    if (trace) {
      trace.write(this, tensor ?? this.engine.tensor(type as HostTensor));
      return;
    }
    const next = tensor ? await tensor.read() : (type as HostTensor);
    await this.engine.exclusively(async () => {
      const old = this.#leaf?.deref();
      if (old && !old.value) old.value = await this.#download();
      this.#leaf = undefined;
      this.engine.backend.write(this.buffer, next.data);
    });
  }

  /** The present value on the host. */
  read(): Promise<HostTensor> {
    return this.engine.exclusively(() => this.#download());
  }

  /** Overwrites the value without keeping old graphs intact; for loading saved states. @internal */
  restore(value: HostTensor): void {
    this.engine.backend.write(this.buffer, value.data);
  }

  async #download(): Promise<HostTensor> {
    const size = this.type.shape.reduce((product, extent) => product * extent, 1);
    return { ...this.type, data: await this.engine.backend.read(this.buffer, this.type.dtype, 0, size) };
  }
}
