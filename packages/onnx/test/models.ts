import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';

type Graph = NonNullable<MessageInitShape<typeof ModelProtoSchema>['graph']>;

/** The bytes of a model of some nodes, written without the exporter. */
export function modelOf(graph: Graph, opset = 17): Uint8Array {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { irVersion: 8n, opsetImport: [{ domain: '', version: BigInt(opset) }], graph }),
  );
}

/** A value of float32, or of int64 for whole numbers that decide on shapes. */
export function value(name: string, dims: readonly (number | string)[], elemType = 1) {
  const dim = dims.map((extent) => ({
    value:
      typeof extent === 'number'
        ? { case: 'dimValue' as const, value: BigInt(extent) }
        : { case: 'dimParam' as const, value: extent },
  }));
  return { name, type: { value: { case: 'tensorType' as const, value: { elemType, shape: { dim } } } } };
}

export function floats(name: string, dims: readonly number[], data: readonly number[]) {
  return { name, dataType: 1, dims: dims.map(BigInt), floatData: [...data] };
}

export function integers(name: string, data: readonly number[]) {
  return { name, dataType: 7, dims: [BigInt(data.length)], int64Data: data.map(BigInt) };
}
