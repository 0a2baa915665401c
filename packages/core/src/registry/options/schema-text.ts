import type * as v from 'valibot';
import { valueText } from '../../value-text.js';

/** The parts of a valibot schema that help and errors are made from. */
export type ReadableSchema = v.GenericSchema & {
  readonly wrapped?: ReadableSchema;
  readonly default?: unknown;
  readonly entries?: Readonly<Record<string, ReadableSchema>>;
  readonly item?: ReadableSchema;
  readonly items?: readonly ReadableSchema[];
  readonly options?: readonly unknown[];
  readonly pipe?: readonly (v.GenericSchema | v.GenericPipeAction)[];
};

/** The schema, if it is one of valibot's; other vendors' schemas cannot be read. */
export function readable(schema: object): ReadableSchema | undefined {
  const standard = (schema as Partial<v.GenericSchema>)['~standard'];
  return standard?.vendor === 'valibot' ? (schema as ReadableSchema) : undefined;
}

/** What a schema accepts, in words: `number`, `[integer, integer]`, `'same' | 'valid'`. */
export function typeText(schema: ReadableSchema): string {
  const stated = metadata(schema)?.['expected'];
  if (typeof stated === 'string') return stated;
  switch (schema.type) {
    case 'optional':
      return schema.wrapped ? typeText(schema.wrapped) : 'unknown';
    case 'number':
      return actions(schema).some(({ type }) => type === 'integer' || type === 'safe_integer') ? 'integer' : 'number';
    case 'array':
      return schema.item ? `array of ${acceptedText(schema.item)}` : 'array';
    case 'strict_tuple':
    case 'tuple':
      return `[${(schema.items ?? []).map(acceptedText).join(', ')}]`;
    case 'strict_object':
    case 'object':
      return `{ ${Object.entries(schema.entries ?? {})
        .map(([name, entry]) => `${name}${entry.type === 'optional' ? '?' : ''}: ${acceptedText(entry)}`)
        .join(', ')} }`;
    case 'picklist':
      return (schema.options ?? []).map((value) => valueText(value)).join(' | ');
    case 'union':
      return (schema.options ?? []).map((option) => acceptedText(option as ReadableSchema)).join(' | ');
    default:
      return schema.expects;
  }
}

/** The limits on a value of that type: `> 0`, `in [0, 1]`, or nothing. */
export function rangeText(schema: ReadableSchema): string | undefined {
  if (schema.type === 'optional' && schema.wrapped) return rangeText(schema.wrapped);
  const limits = actions(schema).filter(({ kind }) => kind === 'validation');
  const texts = limits.flatMap((limit) => {
    switch (limit.type) {
      case 'finite':
      case 'integer':
      case 'safe_integer':
        return [];
      case 'check':
        return [String((limit as { message?: unknown }).message ?? 'passes a check')];
      default:
        return [
          ((limit as { expects?: string | null }).expects ?? limit.type)
            .replace('>=', '≥ ')
            .replace('<=', '≤ ')
            .replace(/^([<>])/, '$1 '),
        ];
    }
  });
  const text = texts.join(', ');
  return text === ''
    ? undefined
    : text.replace(/^≥ (\S+), ≤ (\S+)$/, 'in [$1, $2]').replace(/^≥ (\S+), < (\S+)$/, 'in [$1, $2)');
}

/** Type and range in one: `integer ≥ 1`. */
export function acceptedText(schema: ReadableSchema): string {
  const range = rangeText(schema);
  return range === undefined ? typeText(schema) : `${typeText(schema)} ${range}`;
}

/** The sentence that `documented` has attached to a schema. */
export function descriptionOf(schema: ReadableSchema): string | undefined {
  const found = actions(schema).findLast(({ type }) => type === 'description') as { description?: string } | undefined;
  return found?.description ?? (schema.wrapped && descriptionOf(schema.wrapped));
}

function actions(schema: ReadableSchema): readonly (v.GenericSchema | v.GenericPipeAction)[] {
  return (schema.pipe ?? []).flatMap((step) => {
    const nested = (step as ReadableSchema).pipe;
    return step.kind === 'schema' && nested && step !== schema ? actions(step as ReadableSchema) : [step];
  });
}

function metadata(schema: ReadableSchema): Record<string, unknown> | undefined {
  const found = actions(schema).findLast(({ type }) => type === 'metadata');
  return (found as { metadata?: Record<string, unknown> } | undefined)?.metadata;
}
