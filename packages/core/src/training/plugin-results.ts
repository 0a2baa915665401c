import { AdjointError } from '../errors.js';
import { Tensor, type TensorType } from '../graph/tensor.js';
import { didYouMean } from '../registry/did-you-mean.js';
import { valueText } from '../registry/options/index.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import type { ParameterValue, SlotTree } from './optimizer.js';
import { leavesOf } from './tensor-tree.js';

// What plugins return while a step is traced, looked at before it becomes part of the step. `what` names plugin and place.

/** @throws AdjointError `PLUGIN_INVALID` for what is no tensor, or one of another type than is wanted. */
export function checkTensor(value: unknown, what: string, type?: TensorType): Tensor {
  if (value instanceof Tensor && (!type || (sameShape(value.shape, type.shape) && value.dtype === type.dtype)))
    return value;
  const found = value instanceof Tensor ? typeText(value) : valueText(value);
  throw pluginInvalid(`${what}: found ${found}; expected ${type ? typeText(type) : 'a tensor'}.`);
}

/** A list with a tensor for each parameter, of its type. */
export function checkTensors(values: unknown, parameters: readonly ParameterValue[], what: string): readonly Tensor[] {
  if (!Array.isArray(values) || values.length !== parameters.length) {
    const found = Array.isArray(values) ? `a list of ${values.length}` : valueText(values);
    throw pluginInvalid(
      `${what}: found ${found}; expected a list with one tensor for each of the ${parameters.length} parameters.`,
    );
  }
  parameters.forEach(({ name, value }, i) => checkTensor(values[i], `${what} of '${name}'`, value));
  return values as readonly Tensor[];
}

/** Slots as `init` declares them: tensors, under names at any depth. */
export function checkSlots(slots: unknown, what: string): SlotTree {
  if (typeof slots !== 'object' || slots === null || slots instanceof Tensor)
    throw pluginInvalid(
      `${what}: found ${valueText(slots)}; expected slots by name, { velocity: tensor, … }, or {} for none.`,
    );
  for (const [path, leaf] of leavesOf<unknown>(slots as SlotTree)) checkTensor(leaf, `${what}, slot '${path}'`);
  return slots as SlotTree;
}

/** Slots for the next step, which must be those of `before`. */
export function checkNextSlots(slots: unknown, before: SlotTree, what: string): SlotTree {
  const next = new Map(leavesOf<Tensor>(checkSlots(slots, what)));
  const known = new Map(leavesOf<Tensor>(before));
  const forgotten = [...known.keys()].find((path) => !next.has(path));
  if (forgotten !== undefined)
    throw pluginInvalid(
      `${what}: the slot '${forgotten}' that init declares is not returned; return all slots of init, also those that stay as they are.`,
    );
  for (const [path, leaf] of next) {
    const declared = known.get(path);
    if (!declared)
      throw pluginInvalid(
        `${what}: a slot '${path}' is returned that init did not declare${didYouMean(path, [...known.keys()]) || '.'} Return the slots of init, no others.`,
      );
    checkTensor(leaf, `${what}, slot '${path}'`, declared);
  }
  return slots as SlotTree;
}

export function pluginInvalid(problem: string): AdjointError {
  return new AdjointError('PLUGIN_INVALID', problem);
}

function typeText({ dtype, shape }: TensorType): string {
  return `a tensor ${dtype} ${formatShape(shape)}`;
}
