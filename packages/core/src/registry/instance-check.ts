import { AdjointError } from '../errors.js';
import { didYouMean } from './did-you-mean.js';
import { valueText } from '../value-text.js';

/**
 * Looks at what a factory has made, on behalf of authors whom no compiler helps; `what` names it in errors.
 * @throws {AdjointError} PLUGIN_INVALID
 */
export type InstanceCheck = (instance: unknown, what: string) => void;

/** Under which a definition carries the check of its instances. */
export const checkedBy: unique symbol = Symbol('checkedBy');

/** What each member of an interface is. */
type Members<T> = { readonly [N in keyof T]-?: 'method' | 'optional method' | 'value' };

/** Objects with these members. Of one that is no class of its own, others are taken for misspelt ones. */
export function membersOf<T extends object>(members: Members<T>): InstanceCheck {
  const names = Object.keys(members) as (keyof T & string)[];
  const methods = names.filter((name) => members[name] === 'method');
  return (instance, what) => {
    if (typeof instance !== 'object' || instance === null)
      throw invalid(
        `${what} is made as ${valueText(instance)}; create returns an object with ${methods.join(', ') || names.join(', ')}.`,
      );
    const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(instance) as null);
    const unknown = isPlain ? Object.keys(instance).find((name) => !(names as string[]).includes(name)) : undefined;
    if (unknown !== undefined)
      throw invalid(
        `${what} has '${unknown}', which nothing calls${didYouMean(unknown, names) || '.'} Known: ${names.join(', ')}.`,
      );
    for (const name of names) {
      const member = (instance as T)[name];
      const isMissing = member === undefined || member === null;
      if (
        members[name] === 'value' ||
        (isMissing && members[name] === 'optional method') ||
        typeof member === 'function'
      )
        continue;
      throw invalid(
        `${what} has ${isMissing ? `no ${name}` : `${valueText(member)} as ${name}`}; expected a function of that name.`,
      );
    }
  };
}

/** Functions; `signature` says of what. */
export function functionOf(signature: string): InstanceCheck {
  return (instance, what) => {
    if (typeof instance !== 'function')
      throw invalid(`${what} is made as ${valueText(instance)}; create returns a function, ${signature}.`);
  };
}

function invalid(problem: string): AdjointError {
  return new AdjointError('PLUGIN_INVALID', problem);
}
