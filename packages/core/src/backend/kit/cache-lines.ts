/** Bytes of a cache line, the unit in which processors move memory. */
export const cacheLine = 64;

/** Bytes rounded up to whole cache lines, so that threads do not write to the same one. */
export function wholeLines(bytes: number): number {
  return Math.ceil(bytes / cacheLine) * cacheLine;
}

/** An odd number of cache lines: what is used together, a stride apart, should not compete for the same sets of a cache. */
export function oddLines(bytes: number): number {
  return (Math.ceil(bytes / cacheLine) | 1) * cacheLine;
}
