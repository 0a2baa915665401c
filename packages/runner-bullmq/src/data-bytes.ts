import { createHash } from 'node:crypto';
import { AdjointError, severalOf, type Batch, type HostTensor } from '@adjoint/core';
import { decodeSafetensors, encodeSafetensors } from '@adjoint/io';

/** All examples of a dataset as one safetensors file. */
export function encodeData({ inputs, targets, weights }: Batch): Uint8Array {
  const tensors: Record<string, HostTensor> = {};
  for (const [i, tensor] of inputs.entries()) tensors[`inputs/${i}`] = tensor;
  for (const [i, tensor] of targets.entries()) tensors[`targets/${i}`] = tensor;
  if (weights) tensors['weights'] = weights;
  return encodeSafetensors(tensors);
}

/** @throws AdjointError `FILE_INVALID` */
export function decodeData(bytes: Uint8Array, source: string): Batch {
  const { tensors } = decodeSafetensors(bytes, { source });
  const list = (place: string): HostTensor[] => {
    const found: HostTensor[] = [];
    for (let tensor; (tensor = tensors.get(`${place}/${found.length}`));) found.push(tensor);
    return found;
  };
  const inputs = list('inputs');
  const weights = tensors.get('weights');
  if (inputs.length === 0)
    throw new AdjointError('FILE_INVALID', `${source}: it holds no inputs; send the data again.`);
  return { inputs: severalOf(inputs), targets: list('targets'), ...(weights && { weights }) };
}

/** Names content: the same bytes have the same name. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
