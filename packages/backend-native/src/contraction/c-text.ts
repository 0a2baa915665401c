/** A C expression of a weighted sum. */
export function sumOf(terms: readonly (readonly [factor: number, term: string])[]): string {
  const parts = terms
    .filter(([factor]) => factor !== 0)
    .map(([factor, term]) => (factor === 1 ? term : `${factor}l * ${term}`));
  return parts.length === 0 ? '0' : parts.join(' + ').replace(/^(.* \+ .*)$/, '($1)');
}
