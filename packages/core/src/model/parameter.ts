import type { Variable } from '../engine/variable.js';
import { AdjointError } from '../errors.js';
import { didYouMean } from '../registry/did-you-mean.js';
import type { HostTensor } from '../tensor/host-tensor.js';

/** What a parameter does in its layer; optimizers and penalties may treat roles differently. */
export type ParameterRole = 'kernel' | 'bias' | 'scale' | (string & {});

/** A trainable tensor of a model. */
export interface Parameter {
  /** Layer and parameter: `conv1/weight`. */
  readonly name: string;
  readonly role: ParameterRole;
  readonly variable: Variable;
  /** The value that it starts from, computed anew. */
  initial(): HostTensor;
}

/** A tensor that a layer updates itself while training, such as a running mean. */
export interface State {
  readonly name: string;
  readonly role: 'state';
  readonly variable: Variable;
}

/** Some of a model's parameters: those that fit one of the names, if names are given, and one of the roles, likewise. */
export interface ParameterFilter {
  /** Patterns of full names: `*` stands for any text without a slash, `**` for any text, as in `head/**`. */
  readonly names?: readonly string[];
  readonly roles?: readonly ParameterRole[];
}

/** Whether a filter lets a parameter or a state through; one without names and roles lets all through. */
export function passesFilter(
  { name, role }: { readonly name: string; readonly role: ParameterRole },
  { names, roles }: ParameterFilter,
): boolean {
  return (names?.some((pattern) => matches(name, pattern)) ?? true) && (roles?.includes(role) ?? true);
}

/** Roles that layers give everywhere, so that asking for them is no mistake where a model has none. */
const commonRoles = ['kernel', 'bias', 'scale', 'state'];

/**
 * Refuses patterns and roles that nothing has: they are misspelt.
 * @throws AdjointError `OPTIONS_INVALID` with the nearest right name
 */
export function checkFilter(
  { names = [], roles = [] }: ParameterFilter,
  owned: readonly { readonly name: string; readonly role: ParameterRole }[],
  what: string,
): void {
  const known = owned.map(({ name }) => name);
  const pattern = names.find((own) => !known.some((name) => matches(name, own)));
  if (pattern !== undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${what}: no parameter is called '${pattern}'${didYouMean(pattern, known) || '.'} Known: ${listed(known)}.`,
    );
  const given = [...new Set([...owned.map(({ role }) => role), ...commonRoles])];
  const role = roles.find((own) => !given.includes(own));
  if (role !== undefined)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${what}: no parameter has the role '${role}'${didYouMean(role, given) || '.'} Known: ${given.join(', ')}.`,
    );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12).join(', ') || 'none';
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}

function matches(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
  return new RegExp(`^${source}$`).test(name);
}
