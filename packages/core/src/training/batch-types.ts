import { AdjointError } from '../errors.js';
import type { TensorType } from '../graph/tensor.js';
import { valueText } from '../registry/options/index.js';
import type { Several } from '../tensor/several.js';

/** What a batch looks like, without its values; a batch is one as well. */
export interface BatchTypes {
  /** `[examples, …shape]` of each input of the model. */
  readonly inputs: Several<TensorType>;
  /** `[examples, …shape]` of each target. */
  readonly targets: readonly TensorType[];
  /** `[examples]`. */
  readonly weights?: TensorType;
}

/** The same as a record, which an interface is not. */
export type BatchRecord = Pick<BatchTypes, keyof BatchTypes>;

/** A batch without what else its dataset may have put there. */
export function recordOf<T extends BatchRecord>({ inputs, targets, weights }: T): Pick<T, keyof BatchTypes> {
  return { inputs, targets, ...(weights && { weights }) };
}

/**
 * The types of a batch alone.
 * @throws AdjointError `DATA_INVALID` for what is no batch
 */
export function typesOf(batch: BatchTypes, what: string): BatchRecord {
  const { inputs, targets } = (batch as Partial<BatchTypes> | null | undefined) ?? {};
  if (!Array.isArray(inputs) || !Array.isArray(targets))
    throw new AdjointError(
      'DATA_INVALID',
      `${what}: found ${valueText(batch)}; give a batch, or its types: { inputs: [{ shape, dtype }], targets: […] }.`,
    );
  return recordOf(batch);
}
