export type Four<T> = readonly [T, T, T, T];

/** What belongs to each of the four 32-bit lanes of a vector. */
export function fourLanes<T>(of: (lane: number) => T): Four<T> {
  return [of(0), of(1), of(2), of(3)];
}
