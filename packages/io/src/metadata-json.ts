/** Numbers that JSON has no form for, and −0, which it would write as 0. */
const exceptions = new Map(['NaN', 'Infinity', '-Infinity', '-0'].map((text) => [text, Number(text)]));

/** JSON that keeps the bits of all numbers: a figure of a run that diverged comes back as it was. */
export function stringifyMetadata(metadata: object): string {
  return JSON.stringify(metadata, (_, value: unknown): unknown => {
    const found = typeof value === 'number' && [...exceptions].find(([, exception]) => Object.is(exception, value));
    return found ? { $number: found[0] } : value;
  });
}

/** Reads what `stringifyMetadata` wrote. Throws a SyntaxError for other text, and a RangeError where it is nested too deep. */
export function parseMetadata(text: string): unknown {
  return JSON.parse(
    text,
    (_, value: unknown): unknown =>
      exceptions.get((value as { readonly $number?: string } | null)?.$number ?? '') ?? value,
  );
}
