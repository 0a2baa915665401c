/** What members say of the examples that they were not shown. */
export interface OutOfBag {
  /** Whether some member was not shown the example. */
  readonly covered: readonly boolean[];
  /** The mean of what these members say, [examples, columns]; 0 where there is none. */
  readonly means: Float64Array;
}

/**
 * @param drawn the examples that each member was shown
 * @param outputs of each member for all examples, [examples, columns]
 */
export function outOfBag(
  drawn: readonly Iterable<number>[],
  outputs: readonly ArrayLike<number>[],
  columns: number,
): OutOfBag {
  const size = (outputs[0]?.length ?? 0) / columns;
  const means = new Float64Array(size * columns);
  const counts = new Int32Array(size);
  drawn.forEach((indices, member) => {
    const seen = new Set(indices);
    for (let example = 0; example < size; example++) {
      if (seen.has(example)) continue;
      counts[example]!++;
      for (let k = 0; k < columns; k++) means[example * columns + k]! += outputs[member]![example * columns + k]!;
    }
  });
  return {
    covered: Array.from(counts, (count) => count > 0),
    means: means.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / columns)]!)),
  };
}
