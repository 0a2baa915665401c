import type { Kernel, Program, Storage } from '../../compiler/program.js';
import type { Tensor } from '../../graph/tensor.js';
import { allocateArray, type DType, type TypedArray } from '../../tensor/dtype.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import type { Backend, DeviceBuffer, Executable } from '../backend.js';

interface HostBuffer extends DeviceBuffer {
  readonly memory: ArrayBuffer;
}

/**
 * The oracle: runs each graph node by its primitive's reference kernel, without loop programs, over the memory that the
 * plan gives. Slow, and correct in float64.
 */
export class ReferenceBackend implements Backend {
  readonly name: string = 'reference';

  allocate(bytes: number): HostBuffer {
    return { bytes, memory: new ArrayBuffer(bytes) };
  }

  release(): void {}

  write(buffer: DeviceBuffer, data: TypedArray): void {
    const target =
      data instanceof Float64Array ? Float64Array : data instanceof Float32Array ? Float32Array : Int32Array;
    new target((buffer as HostBuffer).memory, 0, data.length).set(data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    const result = allocateArray(dtype, length);
    result.set(memoryView(buffer as HostBuffer, dtype, byteOffset, length));
    return result;
  }

  compile(program: Program): Executable {
    return {
      run: (arena, bound) => {
        const view = (storage: Storage): TypedArray =>
          storage.place.kind === 'arena'
            ? memoryView(arena as HostBuffer, storage.dtype, storage.place.offset, storage.size)
            : memoryView(bound[storage.place.index] as HostBuffer, storage.dtype, 0, storage.size);
        for (const kernel of program.kernels) this.runKernel(kernel, (index) => view(program.storages[index]!));
      },
      release() {},
    };
  }

  close(): void {}

  /** Computes the nodes of a kernel one by one. */
  protected runKernel({ nodes, reads, writes }: Kernel, view: (storage: number) => TypedArray): void {
    const values = new Map<Tensor, HostTensor>(
      reads.map(({ node, storage }) => [node, { data: view(storage), shape: node.shape, dtype: node.dtype }]),
    );
    for (const node of nodes) {
      const output = { data: allocateArray(node.dtype, node.size), shape: node.shape, dtype: node.dtype };
      node.primitive.compute(
        node.inputs.map((input) => values.get(input)!),
        node.attributes,
        output,
      );
      values.set(node, output);
    }
    for (const { node, storage } of writes) view(storage).set((values.get(node) ?? values.get(reads[0]!.node)!).data);
  }
}

/** Device memory keeps booleans as int32. */
function memoryView(buffer: HostBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
  if (dtype === 'float64') return new Float64Array(buffer.memory, byteOffset, length);
  return new (dtype === 'float32' ? Float32Array : Int32Array)(buffer.memory, byteOffset, length);
}
