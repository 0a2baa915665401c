import type { StandardSchemaV1 } from '@standard-schema/spec';
import { descriptionOf, rangeText, readable, typeText } from './schema-text.js';

/** One option of a definition, for help. */
export interface OptionDescription {
  readonly name: string;
  readonly type: string;
  readonly range?: string;
  readonly required: boolean;
  readonly default?: unknown;
  readonly description?: string;
}

/** The options of a schema, or undefined where another vendor's schema does not tell them. */
export function describeOptions(schema: StandardSchemaV1): readonly OptionDescription[] | undefined {
  const entries = readable(schema)?.entries;
  if (!entries) return undefined;
  return Object.entries(entries).map(([name, entry]) => {
    const range = rangeText(entry);
    const description = descriptionOf(entry);
    return {
      name,
      type: typeText(entry),
      ...(range !== undefined && { range }),
      required: entry.type !== 'optional',
      ...(entry.default !== undefined && { default: entry.default }),
      ...(description !== undefined && { description }),
    };
  });
}
