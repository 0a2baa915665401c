import {
  AdjointError,
  type Composition,
  type Ensemble,
  type HostTensor,
  type Model,
  type Trainer,
} from '@adjoint/core';

/**
 * What is saved of a model, of a trainer (with the values that evaluation uses, such as averages) or of an ensemble.
 * Told by their form, since another copy of core may have made them.
 * @throws AdjointError `OPERAND_INVALID` for anything else; `who` is the function that was called
 */
export function savedSource(
  source: Model | Trainer | Ensemble,
  who: string,
): { readonly composition: Composition; weights(): Promise<Map<string, HostTensor>> } {
  // An ensemble is saved as the one model that it has become.
  const owner = typeof (source as Partial<Model> | null)?.weights === 'function' ? source : (source as Ensemble)?.model;
  const { composition } = (owner as Partial<Trainer> | undefined)?.model ?? (owner as Partial<Model> | undefined) ?? {};
  if (composition === undefined)
    throw new AdjointError('OPERAND_INVALID', `${who}: takes a model, a trainer or an ensemble.`);
  return { composition, weights: () => (owner as Model).weights() };
}
