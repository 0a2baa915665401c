import type { NodeOf } from '../primitive.js';
import { substitute } from '../substitute.js';
import type { Tensor } from '../tensor.js';
import { ScanBody, type ScanAttributes } from './scan-body.js';

/**
 * A body with equal results and less work. `inputs` are those of its scan: what is handed in twice, is handed in once.
 * `keeps` tells which of the inputs remain.
 */
export function simplifyBody(
  body: ScanBody,
  inputs: readonly Tensor[],
  simplify: (roots: readonly Tensor[]) => Tensor[],
): { readonly body: ScanBody; readonly keeps: readonly boolean[] } {
  const { carries, slices, constants } = body.inputs;
  const replacements = new Map<Tensor, Tensor>();
  const keeps = inputs.map(() => true);
  const merge = (leaves: readonly Tensor[], first: number): Tensor[] =>
    leaves.filter((leaf, i) => {
      const earlier = inputs.slice(first, first + i).indexOf(inputs[first + i]!);
      if (earlier < 0) return true;
      replacements.set(leaf, leaves[earlier]!);
      keeps[first + i] = false;
      return false;
    });
  const leaves = {
    carries,
    slices: merge(slices, carries.length),
    constants: merge(constants, carries.length + slices.length),
  };
  const roots = simplify(substitute([...body.next, ...body.outputs], replacements));
  return {
    body: new ScanBody(leaves, roots.slice(0, body.next.length), roots.slice(body.next.length)),
    keeps,
  };
}

/** The attributes with the simplified body. Results that have become the same have the same attributes. */
export function simplifiedAttributes({ attributes }: NodeOf<ScanAttributes>, body: ScanBody): ScanAttributes {
  const { result, index } = attributes;
  return { ...attributes, body, index: result === 'output' ? body.outputs.indexOf(body.outputs[index]!) : index };
}
