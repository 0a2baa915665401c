import type { App } from '../app/app.js';
import { isAdjointError } from '../errors.js';
import { readChoice } from '../registry/choice.js';
import type { Choice, Kind } from '../registry/kinds.js';

const oddNumbers = [-1, 0, 1, NaN, Infinity];

/**
 * The choice with each of its numbers replaced by one at the end of a range or beyond, as far as it is not refused when it
 * is made: what is accepted must work.
 * @throws what creating one of them throws, unless it is `OPTIONS_INVALID`
 */
export function withOddNumbers<K extends Kind>(app: App, kind: K, choice: Choice<K>): Choice<K>[] {
  const { name, options } = readChoice(kind, choice);
  const described = app.describe(kind).extensions.find((extension) => extension.name === name)?.options ?? [];
  const numbers = described.filter(({ type, default: fallback }) => type === 'number' || typeof fallback === 'number');
  return numbers.flatMap(({ name: option }) =>
    oddNumbers.flatMap((odd) => {
      const changed = { [name]: { ...Object(options), [option]: odd } } as Choice<K>;
      try {
        app.registry.create(kind, changed);
        return [changed];
      } catch (error) {
        if (isAdjointError(error) && error.code === 'OPTIONS_INVALID') return [];
        throw error;
      }
    }),
  );
}
