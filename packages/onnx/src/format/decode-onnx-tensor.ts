import { fromBinary } from '@bufbuild/protobuf';
import { AdjointError, type HostTensor } from '@adjoint/core';
import { TensorProtoSchema } from 'onnx-buf';
import { decodeTensor } from './decode-tensor.js';

/**
 * A tensor in a file of its own, as test data have it (`input_0.pb`): its name and value.
 * @throws AdjointError `FILE_INVALID`
 */
export function decodeOnnxTensor(bytes: Uint8Array, source = 'onnx'): { name: string; value: HostTensor } {
  let proto;
  try {
    proto = fromBinary(TensorProtoSchema, bytes);
  } catch (cause) {
    throw new AdjointError('FILE_INVALID', `${source}: these are not the bytes of a tensor of ONNX.`, { cause });
  }
  return { name: proto.name, value: decodeTensor(proto, { source }) };
}
