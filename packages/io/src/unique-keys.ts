/**
 * The first key that an object in `json` (valid JSON) has twice, if any. `JSON.parse` silently keeps the last one, so that two
 * readers of a file could see different values.
 */
export function duplicateKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (const [token, string, colon] of json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '}') objects.pop();
    else if (colon !== undefined) {
      const keys = objects.at(-1)!;
      const key = JSON.parse(string!) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
