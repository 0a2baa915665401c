import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AdjointError } from '../../errors.js';
import { didYouMean } from '../did-you-mean.js';
import { acceptedText, readable, typeText, type ReadableSchema } from './schema-text.js';
import { valueText } from '../../value-text.js';

/**
 * Checks options against a definition's schema and fills in defaults.
 * @param what Whose options they are, as `optimizer 'adam'`.
 * @throws {AdjointError} OPTIONS_INVALID naming each wrong option, what was expected and what was found.
 */
export function validateOptions<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  options: unknown,
  what: string,
): Output {
  const result = schema['~standard'].validate(options);
  if (result instanceof Promise) {
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${what}: its option schema validates asynchronously, but options are checked while a model is composed; its author must use a synchronous schema.`,
    );
  }
  if (!result.issues) return result.value;
  const problems = result.issues.map((issue) => explain(issue, readable(schema), options));
  throw new AdjointError('OPTIONS_INVALID', `${what}: ${[...new Set(problems)].join('\n  ')}`);
}

/** One problem in words: which option, what was expected, what was found, what to do. */
function explain(issue: StandardSchemaV1.Issue, schema: ReadableSchema | undefined, options: unknown): string {
  const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment));
  // A test of several options together, by `refine`, says itself what it expects.
  if (path.length === 0 && (issue as { readonly type?: string }).type === 'check')
    return `the options are ${valueText(options)}; expected ${issue.message}.`;
  if (path.length === 0)
    return `the options are ${valueText(options)}; ${schema ? `expected ${outline(schema)}` : issue.message}.`;
  const option = `option '${path.map(String).join('.')}'`;
  const found = path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    options,
  );
  if (!schema) return `${option}: ${issue.message} (found ${valueText(found)}).`;

  const parent = unwrapped(path.slice(0, -1).reduce(descend, schema));
  const known = Object.keys(parent?.entries ?? {});
  const key = String(path.at(-1));
  if (parent?.entries && !known.includes(key)) {
    const help = didYouMean(key, known) || '.';
    return known.length === 0
      ? `there is no ${option}; it takes no options.`
      : `there is no ${option}${help} Known: ${known.join(', ')}.`;
  }
  const place = path.reduce(descend, schema);
  if (!place) return `${option}: ${issue.message}.`;
  const expected = acceptedText(place);
  return found === undefined
    ? `${option} is missing; give ${expected}.`
    : `${option} is ${valueText(found)}; expected ${expected}.`;
}

/** What an object of options holds: the types of those that must be there, and the names of all others. */
function outline(schema: ReadableSchema): string {
  const entries = Object.entries(schema.entries ?? {});
  if (entries.length === 0) return typeText(schema);
  const field = ([name, entry]: [string, ReadableSchema]): string =>
    entry.type === 'optional' ? `${name}?` : `${name}: ${acceptedText(entry)}`;
  return `{ ${entries.map(field).join(', ')} }`;
}

/** The schema of a part, as far as it can be told. */
function descend(schema: ReadableSchema | undefined, key: PropertyKey): ReadableSchema | undefined {
  const inner = unwrapped(schema);
  return inner?.entries?.[String(key)] ?? inner?.items?.[Number(key)] ?? inner?.item;
}

function unwrapped(schema: ReadableSchema | undefined): ReadableSchema | undefined {
  return schema?.type === 'optional' ? schema.wrapped : schema;
}
