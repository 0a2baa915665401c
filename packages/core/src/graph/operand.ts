import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';
import { wrongOperand } from './operand-error.js';
import { Tensor } from './tensor.js';

/** What arithmetic accepts: a tensor, or a number that takes the dtype of the other operand. */
export type Operand = Tensor | number;

/**
 * Refuses what is no tensor of this copy of the library, before an operation looks at it.
 * @throws AdjointError `OPERAND_INVALID`, or `CORE_DUPLICATE` for a tensor of another copy of core.
 */
export function checkTensors(what: string, ...values: readonly unknown[]): void {
  for (const value of values) if (!(value instanceof Tensor)) throw wrongOperand(what, value, 'a tensor');
}

/** The same where numbers are accepted, too. */
export function checkOperands(what: string, ...values: readonly unknown[]): void {
  for (const value of values)
    if (!(value instanceof Tensor) && typeof value !== 'number')
      throw wrongOperand(what, value, 'a tensor or a number');
}

/** The same for a list of tensors. */
export function checkTensorList(what: string, values: readonly unknown[]): void {
  if (!Array.isArray(values)) throw wrongOperand(what, values, 'a list of tensors');
  for (const value of values) if (!(value instanceof Tensor)) throw wrongOperand(what, value, 'a tensor');
}

/** Refuses what is no record of options, where one may be given. */
export function checkRecord(what: string, options: unknown): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options) && !(options instanceof Tensor))
    return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: the options are ${valueText(options)}; give an object of options by name.`,
  );
}

/** Refuses what is no list of whole numbers, such as sizes, strides or a permutation. */
export function checkNumbers(what: string, name: string, values: unknown): void {
  if (Array.isArray(values) && values.every(Number.isSafeInteger)) return;
  throw new AdjointError(
    'ATTRIBUTE_INVALID',
    `${what}: ${name} is ${valueText(values)}; give a list of whole numbers.`,
  );
}

/** Refuses what is no function, where one is to be called. */
export function checkFunction(what: string, name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new AdjointError('ATTRIBUTE_INVALID', `${what}: ${name} is ${valueText(value)}; give a function.`);
}

/** Refuses what is no boolean, such as whether axes are kept: a text or a number is a mistake, not a yes. */
export function checkFlag(what: string, name: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  throw new AdjointError('ATTRIBUTE_INVALID', `${what}: ${name} is ${valueText(value)}; give true or false.`);
}
