import type { Variable } from '../engine/variable.js';
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

function matches(name: string, pattern: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replace(/\*+/g, (stars) => (stars === '*' ? '[^/]*' : '.*'));
  return new RegExp(`^${source}$`).test(name);
}
