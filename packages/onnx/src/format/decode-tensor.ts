import {
  AdjointError,
  allocateArray,
  bytesPerElement,
  formatShape,
  sizeOf,
  type HostTensor,
  type TypedArray,
} from '@adjoint/core';
import { TensorProto_DataLocation, type TensorProto } from 'onnx-buf';
import { brainToNumber, elementTypes, halfToNumber, saturate, type ElementType } from './element-types.js';

/** Bytes of tensors that a model keeps in files beside it, by the path that the model names. */
export type ExternalData = (location: string) => Uint8Array;

/** Where a tensor is read from, and what may be taken for it. */
export interface TensorReading {
  readonly source: string;
  readonly external?: ExternalData | undefined;
  /** Told the bytes of each tensor before memory is taken for it; throws where they are too many. */
  readonly take?: (bytes: number) => void;
}

/**
 * The value of a tensor in a model or a data file.
 * @throws AdjointError `FILE_INVALID`
 */
export function decodeTensor(proto: TensorProto, { source, external, take }: TensorReading): HostTensor {
  const what = `${source}: tensor '${proto.name}'`;
  const type = elementTypes.get(proto.dataType);
  if (!type)
    throw new AdjointError(
      'FILE_INVALID',
      `${what} has the element type ${proto.dataType} of TensorProto; there are ${[...elementTypes.values()].map(({ name }) => name).join(', ')}.`,
    );
  const shape = proto.dims.map(Number);
  const size = sizeOf(shape);
  take?.(size * bytesPerElement(type.dtype));
  const bytes =
    proto.dataLocation === TensorProto_DataLocation.EXTERNAL ? externalBytes(proto, what, external) : proto.rawData;
  const data = bytes.length > 0 || size === 0 ? fromBytes(bytes, type, size) : fromFields(proto, type);
  if (data?.length === size) return { data, shape, dtype: type.dtype };
  throw new AdjointError(
    'FILE_INVALID',
    `${what}: its elements do not fill the shape ${formatShape(shape)} of ${type.name}.`,
  );
}

function fromBytes(bytes: Uint8Array, type: ElementType, size: number): TypedArray | undefined {
  if (bytes.length !== size * type.bytes) return undefined;
  const data = allocateArray(type.dtype, size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < size; i++) data[i] = type.read(view, i * type.bytes);
  return data;
}

/** Elements in the field that ONNX has for their type; halves are bits there. */
function fromFields(proto: TensorProto, { name, dtype }: ElementType): TypedArray {
  const fields: Readonly<Record<string, readonly (number | bigint)[]>> = {
    float: proto.floatData,
    double: proto.doubleData,
    int64: proto.int64Data,
    uint32: proto.uint64Data,
    uint64: proto.uint64Data,
  };
  const given = fields[name] ?? proto.int32Data;
  const toNumber = { float16: halfToNumber, bfloat16: brainToNumber }[name] ?? Number;
  const data = allocateArray(dtype, given.length);
  given.forEach((value, i) => (data[i] = dtype === 'int32' ? saturate(value) : toNumber(Number(value))));
  return data;
}

function externalBytes(proto: TensorProto, what: string, external: ExternalData | undefined): Uint8Array {
  const entries = new Map(proto.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get('location') ?? '';
  if (!external)
    throw new AdjointError(
      'FILE_INVALID',
      `${what} is kept in the file '${location}' beside the model; give its bytes by the option external.`,
    );
  const bytes = external(location);
  const offset = Number(entries.get('offset') ?? 0);
  return bytes.subarray(offset, offset + Number(entries.get('length') ?? bytes.length - offset));
}
