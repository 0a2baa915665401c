import { formatValues } from './format-values.js';
import { isHostTensor } from './host-tensor.js';
import { formatShape } from './shape.js';

/** Elements as lists: a tag, its attributes, and what is in it. */
type Element = readonly [tag: string, attributes: object, ...content: unknown[]];

const formatter = {
  /** In place of the object; null leaves it to the console, as within the body. */
  header(value: unknown, config?: unknown): Element | null {
    const text = config === undefined ? textOf(value) : undefined;
    return text === undefined ? null : ['div', { style: 'white-space: pre' }, text];
  },
  hasBody: () => true,
  body: (object: unknown): Element => ['object', { object, config: { inBody: true } }],
};

/**
 * Lets consoles of browsers print tensors, models, trainers and datasets as Node.js does, and host tensors with their
 * values. 'Custom formatters' must be enabled in the settings of the developer tools, of Chrome or Firefox.
 * @example if (import.meta.env.DEV) installDevtoolsFormatters();
 */
export function installDevtoolsFormatters(): void {
  const host = globalThis as { devtoolsFormatters?: unknown[] };
  host.devtoolsFormatters ??= [];
  if (!host.devtoolsFormatters.includes(formatter)) host.devtoolsFormatters.push(formatter);
}

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isHostTensor(value) && Array.isArray(value.shape))
    return `${value.dtype} ${formatShape(value.shape)}\n${formatValues(value)}`;
  const describe: unknown = Reflect.get(value, Symbol.for('Deno.customInspect'));
  const isPrototype = Object.hasOwn(value, 'constructor');
  return typeof describe === 'function' && !isPrototype ? String(describe.call(value)) : undefined;
}
