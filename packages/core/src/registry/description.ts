import { choiceText } from './choice.js';
import type { Extension } from './extension.js';
import { describeOptions, type OptionDescription } from './options/describe-options.js';
import { valueText } from '../value-text.js';
import { titleOf } from './plugin.js';

/** What help says about one registered name. */
export interface ExtensionDescription {
  readonly kind: string;
  readonly name: string;
  /** The plugin that registered it, and its version. */
  readonly plugin: string;
  readonly version: string;
  /** The plugin whose definition it replaced, as `name@version`. */
  readonly overrides?: string;
  /** Undefined where the schema's vendor does not tell. */
  readonly options?: readonly OptionDescription[];
  readonly formula?: string;
  readonly source?: string;
  readonly description?: string;
  /** Uses of it: options, and for a layer the shapes of its inputs. */
  readonly examples?: readonly { readonly options?: unknown }[];
}

/** What is registered in an app. */
export interface RegistryDescription {
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly extensions: readonly ExtensionDescription[];
}

/** What help says about a definition. */
export function describeExtension({ kind, name, owner, definition, overrides }: Extension): ExtensionDescription {
  const { formula, source, description, examples } = definition;
  const options = describeOptions(definition.options);
  return {
    kind,
    name,
    plugin: owner.name,
    version: owner.version,
    ...(overrides && { overrides: titleOf(overrides) }),
    ...(options && { options }),
    ...(formula !== undefined && { formula }),
    ...(source !== undefined && { source }),
    ...(description !== undefined && { description }),
    ...(examples && { examples }),
  };
}

/** A description as text to read, one block per kind. */
export function describeText({ plugins, extensions }: RegistryDescription): string {
  const used = plugins.map(({ name, version }) => `${name}@${version}`).join(', ');
  const kinds = [...new Set(extensions.map(({ kind }) => kind))];
  const blocks = kinds.map((kind) => {
    const entries = extensions.filter((extension) => extension.kind === kind);
    return [kind, ...entries.flatMap(extensionLines)].join('\n');
  });
  return [`plugins: ${used || 'none'}`, ...blocks].join('\n\n');
}

function extensionLines(extension: ExtensionDescription): string[] {
  const { name, plugin, version, overrides, options, formula, source, description, examples = [] } = extension;
  const owner = `${plugin}@${version}${overrides === undefined ? '' : `, overrides ${overrides}`}`;
  const about = [description, formula, source && `source: ${source}`].filter((line) => line !== undefined);
  const optionLines = options ? options.map(optionLine) : ['options: see the plugin (its schema cannot be listed)'];
  const written = examples.map((example) => `example: ${choiceText({ name, options: example.options ?? {} })}`);
  return [`  ${name}  (${owner})`, ...[...about, ...optionLines, ...new Set(written)].map((line) => `    ${line}`)];
}

function optionLine({ name, type, range, required, default: fallback, description }: OptionDescription): string {
  const accepted = [type, range].filter(Boolean).join(' ');
  const presence = required ? 'required' : fallback === undefined ? 'optional' : `default ${valueText(fallback)}`;
  return `${name}: ${accepted}, ${presence}${description === undefined ? '' : `. ${description}`}`;
}
