import { pathToFileURL } from 'node:url';
import { isDefinition, type Definition } from '@adjoint/core';

/**
 * The definitions that the module at `path` exports, by their names; none where its declarations, `text`, cannot have any:
 * what exports nothing may be a program, and is not loaded.
 */
export async function definitionsOf(text: string, path: string): Promise<Map<string, Definition>> {
  if (!/^export (?:declare const \w+: .*\bDefinition<|\{ ?\w)/m.test(text)) return new Map();
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  return new Map(Object.entries(module).filter((entry): entry is [string, Definition] => isDefinition(entry[1])));
}
