import { AdjointError } from '../errors.js';
import { readChoice, shortName } from '../registry/choice.js';
import type { Choice, Kind } from '../registry/kinds.js';

/** Choices of a kind with a name each, which their figures, slots and random numbers go by: sgd, sgd_2, … */
export function namedChoices<K extends Kind>(
  kind: K,
  choices: readonly Choice<K>[] = [],
  taken: readonly string[] = [],
): { readonly name: string; readonly choice: Choice<K> }[] {
  const names = new Set(taken);
  return choices.map((choice) => {
    const { name: registered, label } = readChoice(kind, choice);
    const base = shortName(registered);
    if (label !== undefined && names.has(label))
      throw new AdjointError('OPTIONS_INVALID', `trainer: the ${kind} name '${label}' is taken; choose another.`);
    let name = label ?? base;
    for (let count = 2; names.has(name); count++) name = `${base}_${count}`;
    names.add(name);
    return { name, choice };
  });
}
