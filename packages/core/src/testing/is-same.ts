/** Whether two values are of one kind and hold the same, all the way down; 0 and −0 differ, NaN is NaN. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map || a instanceof Set) return isSame([...a], [...(b as Iterable<unknown>)]);
  if (ArrayBuffer.isView(a)) {
    const [left, right] = [a, b].map((view) => Array.from(view as Uint8Array));
    return left!.length === right!.length && left!.every((element, i) => Object.is(element, right![i]));
  }
  if (a instanceof Error && a.message !== (b as Error).message) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}
