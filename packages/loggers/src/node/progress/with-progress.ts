import { Bar, type BarOptions } from './bar.js';

/**
 * Passes on what `source` gives and counts it in a bar: for loading and whatever else is long, where each thing that is
 * given is a part of the work. With `count`, a thing counts for more than one (the rows of a batch).
 * @example for await (const batch of withProgress(batches, { label: 'loading', total: 60_000, count: (rows) => rows.length })) …
 */
export async function* withProgress<T>(
  source: Iterable<T> | AsyncIterable<T>,
  { count = () => 1, ...options }: BarOptions & { readonly count?: (given: T) => number },
): AsyncGenerator<T, void, undefined> {
  const bar = new Bar(options);
  let done = 0;
  try {
    for await (const given of source) {
      yield given;
      bar.update((done += count(given)));
    }
  } finally {
    bar.end();
  }
}
