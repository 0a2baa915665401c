import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';

/** A choice taken apart. */
export interface ChoiceParts {
  /** The name under which the definition is registered. */
  readonly name: string;
  /** The options as they were written. */
  readonly options: unknown;
  /** What the user calls this one, if anything. */
  readonly label?: string;
}

/**
 * Takes `'name'` or `{ name: options }` apart.
 * @throws {AdjointError} OPTIONS_INVALID for any other form.
 */
export function readChoice(kind: string, choice: unknown): ChoiceParts {
  if (typeof choice === 'string') return { name: choice, options: {} };
  if (typeof choice !== 'object' || choice === null || Array.isArray(choice)) throw malformed(kind, choice, '');

  const { name: label, ...rest } = choice as Record<string, unknown>;
  const chosen = Object.entries(rest).filter(([, options]) => options !== undefined);
  if (chosen.length !== 1) {
    throw malformed(
      kind,
      choice,
      `, which has ${chosen.length === 0 ? 'no name' : `several names: ${chosen.map(([key]) => key).join(', ')}`}`,
    );
  }
  if (label !== undefined && (typeof label !== 'string' || label === '')) {
    throw malformed(kind, choice, `, whose 'name' is ${valueText(label)} instead of a text`);
  }
  const [name, options] = chosen[0]!;
  return { name, options, ...(label !== undefined && { label }) };
}

/** A choice as text: `flatten` or `dense {"units":3}`. */
export function choiceText({ name, options }: ChoiceParts): string {
  const text = JSON.stringify(options);
  return text === '{}' ? name : `${name} ${text}`;
}

/** A registered name without its vendor: 'signum' of 'acme/signum'. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

function malformed(kind: string, choice: unknown, detail: string): AdjointError {
  return new AdjointError(
    'OPTIONS_INVALID',
    `The ${kind} is chosen as 'name' or { name: options } with one name; found ${valueText(choice)}${detail}.`,
  );
}
