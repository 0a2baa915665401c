import { didYouMean } from '@adjoint/core/options';
import type { ExtensionDescription, Kind } from '@adjoint/core';
import { openApp, type AppFlags } from '../open-app.js';
import { UsageError } from '../usage-error.js';

export interface PluginsFlags extends AppFlags {
  readonly json?: boolean;
}

/** What is registered: the kinds with their names, the names of a kind with a line each, or one with all its options. */
export async function plugins(kind: string | undefined, name: string | undefined, flags: PluginsFlags): Promise<void> {
  const app = await openApp(flags);
  try {
    const kinds = [...new Set(app.describe().extensions.map((each) => each.kind))];
    if (kind !== undefined && !kinds.includes(kind))
      throw new UsageError(
        `There is no kind '${kind}'${didYouMean(kind, kinds) || '.'} There are ${kinds.join(', ')}.`,
      );
    const known = kind as Kind | undefined;
    const description = app.describe(known, name);
    if (flags.json) console.log(JSON.stringify(description, null, 2));
    else if (name !== undefined) console.log(app.registry.describeText(known, name));
    else console.log(kind === undefined ? kindsText(kinds, description.extensions) : namesText(description.extensions));
  } finally {
    await app.close();
  }
}

function kindsText(kinds: readonly string[], extensions: readonly ExtensionDescription[]): string {
  return kinds
    .map((kind) => {
      const names = extensions.filter((each) => each.kind === kind).map(({ name }) => name);
      return `${kind} (${names.length})\n  ${names.join(', ')}`;
    })
    .join('\n');
}

function namesText(extensions: readonly ExtensionDescription[]): string {
  const width = Math.max(...extensions.map(({ name }) => name.length));
  return extensions
    .map(({ name, description, formula }) => `${name.padEnd(width)}  ${description ?? formula ?? ''}`.trimEnd())
    .join('\n');
}
