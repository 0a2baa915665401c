/**
 * The first key that an object in `json` (valid JSON) has twice, if any. `JSON.parse` silently keeps the last one, so that two
 * readers of a file could see different values.
 */
export function duplicateKey(json: string): string | undefined {
  const objects: Set<string>[] = [];
  for (let i = 0; i < json.length; i++) {
    if (json[i] === '{') objects.push(new Set());
    else if (json[i] === '}') objects.pop();
    else if (json[i] === '"') {
      const start = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
      let next = i + 1;
      while (' \t\n\r'.includes(json[next] ?? '.')) next++;
      if (json[next] !== ':') continue;
      const key = JSON.parse(json.slice(start, i + 1)) as string;
      const keys = objects.at(-1)!;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
