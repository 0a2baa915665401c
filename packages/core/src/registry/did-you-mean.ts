import { closest, distance } from 'fastest-levenshtein';

/** "; did you mean 'adam'?" when one of `names` is close to `name` or begins with it, otherwise nothing. */
export function didYouMean(name: string, names: readonly string[]): string {
  const withoutVendor = names.find((candidate) => candidate.split('/').at(-1) === name);
  const longer = name.length > 2 ? names.find((candidate) => candidate.startsWith(name)) : undefined;
  const near = withoutVendor ?? longer ?? (names.length > 0 ? closest(name, names) : undefined);
  if (near === undefined) return '';
  const tolerated = Math.max(2, Math.floor(name.length / 3));
  return near === withoutVendor || near === longer || distance(name.toLowerCase(), near.toLowerCase()) <= tolerated
    ? `; did you mean '${near}'?`
    : '';
}
