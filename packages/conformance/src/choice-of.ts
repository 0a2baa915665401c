import type { Choice, Kind } from '@adjoint/core';

/** A choice whose name is only known when a case is run. */
export function choiceOf<K extends Kind>(name: string, options: object): Choice<K> {
  return { [name]: options } as Choice<K>;
}
