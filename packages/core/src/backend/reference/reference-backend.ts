import type { Kernel, Program } from '../../compiler/program.js';
import type { Tensor } from '../../graph/tensor.js';
import { allocateArray, type DType, type TypedArray } from '../../tensor/dtype.js';
import type { HostTensor } from '../../tensor/host-tensor.js';
import type { Backend, DeviceBuffer, Executable } from '../backend.js';
import { deviceView, readElements, writeElements } from '../kit/device-memory-view.js';
import { runKernels } from '../kit/run-kernels.js';
import { storagePlaces } from '../kit/storage-places.js';

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
    writeElements((buffer as HostBuffer).memory, 0, data);
  }

  read(buffer: DeviceBuffer, dtype: DType, byteOffset: number, length: number): TypedArray {
    return readElements((buffer as HostBuffer).memory, dtype, byteOffset, length);
  }

  compile(program: Program): Executable {
    return {
      run: (arena, bound) => {
        const places = storagePlaces<HostBuffer>(program, arena, bound);
        const view = (index: number, moved: number): TypedArray => {
          const [{ buffer, offset }, { dtype, size }] = [places[index]!, program.storages[index]!];
          return deviceView(buffer.memory, dtype, offset + moved, size);
        };
        runKernels(program, (kernel, moved) => this.runKernel(kernel, (index) => view(index, moved(index))));
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
