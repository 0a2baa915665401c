import { AdjointError } from '../errors.js';
import type { Definition } from './definition.js';
import { distance } from 'fastest-levenshtein';
import { didYouMean } from './did-you-mean.js';
import type { Kind } from './kinds.js';
import { titleOf, type Plugin } from './plugin.js';

/** A definition under the name that its plugin gives it. */
export interface Extension {
  readonly kind: Kind;
  readonly name: string;
  readonly owner: Plugin;
  readonly definition: Definition;
  /** The plugin whose definition this one replaces. */
  readonly overrides?: Plugin;
}

/** One container token per kind and name, so that a scope can replace exactly one. */
export function tokenOf(kind: string, name: string): symbol {
  return Symbol.for(`adjoint/definition/${kind}/${name}`);
}

/**
 * Bare names are kept for the project's own plugins; others put a vendor in front.
 * @throws {AdjointError} EXTENSION_NAME_INVALID
 */
export function assertName({ kind, name, owner }: Extension): void {
  const isOwn = owner.name === 'adjoint' || owner.name.startsWith('@adjoint/');
  // 'name' stands beside options in a choice, so nothing can be called that.
  const isBare = /^[a-z][A-Za-z0-9]*$/.test(name) && name !== 'name';
  if (isOwn ? isBare : /^[a-z0-9][a-z0-9.-]*\/[A-Za-z][A-Za-z0-9-]*$/.test(name)) return;
  throw new AdjointError(
    'EXTENSION_NAME_INVALID',
    `plugin '${titleOf(owner)}' cannot define ${kind} '${name}': ` +
      (isOwn
        ? `built-in names are camelCase, and 'name' is taken.`
        : `name it 'vendor/name', such as 'acme/${name.split('/').at(-1) || 'signum'}'; bare names are the built-in ones.`),
  );
}

/**
 * The error for a name that nothing is registered under; `home` is the package that has it, if that is known, and `source`
 * one that has others of the kind.
 */
export function unknownName(
  kind: string,
  name: string,
  names: readonly string[],
  home: string | undefined,
  source: string | undefined,
): AdjointError {
  const help = home
    ? `is not registered: it comes with ${home}, whose plugin goes into createApp({ plugins: […] }), or on the command line after --plugins.`
    : names.length > 0
      ? `is not registered${didYouMean(name, names) || '.'} Known: ${knownText(kind, name, names)}. If a plugin defines it, use() that plugin first.`
      : `is not registered, nor is any other ${kind}; ` +
        (source
          ? `use() the plugin of ${source}, or createApp from 'adjoint', which has all built-in plugins.`
          : 'use() a plugin that defines some.');
  return new AdjointError('EXTENSION_UNKNOWN', `${kind} '${name}' ${help}`);
}

const mostShown = 24;

/** The names, or of many those that are spelt most alike. */
function knownText(kind: string, name: string, names: readonly string[]): string {
  if (names.length <= mostShown) return names.join(', ');
  const nearest = [...names].sort((a, b) => distance(a, name) - distance(b, name)).slice(0, mostShown / 2);
  return `${nearest.join(', ')} and ${names.length - nearest.length} more, which app.describe('${kind}') lists`;
}
