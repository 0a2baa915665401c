import { AdjointError } from '../errors.js';
import { severalOf } from '../tensor/several.js';
import type { Batch, ExampleType } from './dataset.js';
import { arrayOf, isOneExample, type ExampleInput } from './examples.js';
import type { BatchSource } from './source.js';
import { pairOf, type LabelledArrays, type Pair } from './labelled-arrays.js';

/** One example or one batch: `{ x, y }`, `{ xs, ys }` or `[x, y]`. */
export type StreamItem = LabelledArrays | readonly [x: unknown, y: unknown];

/**
 * What is iterated over: an iterable, plain or asynchronous, a dataset of TensorFlow.js, or a function that opens one of
 * them anew. A generator is read once, and epochs go on where the one before has ended.
 */
export type Stream =
  | Iterable<StreamItem>
  | AsyncIterable<StreamItem>
  | { iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }> }
  | (() => Iterable<StreamItem> | AsyncIterable<StreamItem>);

interface Items {
  next(): Promise<IteratorResult<unknown>> | IteratorResult<unknown>;
  return?(): unknown;
}

/** Opens a stream from its beginning, if it has one; `isOnce` says that it can be opened only once. */
export interface Opener {
  readonly isOnce: boolean;
  open(): Promise<Items>;
}

/** How to open what is iterated over; undefined for anything else. */
export function openerOf(data: unknown): Opener | undefined {
  if (typeof data === 'function')
    return {
      isOnce: false,
      async open() {
        const opener = openerOf(await (data as () => unknown)());
        if (opener) return opener.open();
        throw new AdjointError(
          'DATA_INVALID',
          'fit: the function that was given as data returns nothing to iterate over.',
        );
      },
    };
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data)) return undefined;
  const iterable = data as { readonly [name: symbol]: unknown; readonly iterator?: unknown };
  const begin = iterable[Symbol.asyncIterator] ?? iterable[Symbol.iterator] ?? iterable.iterator;
  if (typeof begin !== 'function') return undefined;
  const open = async (): Promise<Items> => (await begin.call(iterable)) as Items;
  // A generator is its own iterator.
  const isOnce = typeof (data as Partial<Items>).next === 'function';
  return { isOnce, open };
}

interface Reading {
  readonly inputs: readonly ExampleInput[];
  readonly who: string;
  /** Puts examples or batches together. */
  read(pairs: readonly Pair[]): Promise<Batch>;
}

/**
 * A stream of examples or batches as a source: which of the two is seen at its first item. Examples are put together to
 * batches of `batchSize`.
 * @throws AdjointError `DATA_INVALID` for an empty stream, `OPTIONS_INVALID` for a batch size that is missing or without use
 */
export async function iterableSource(
  opener: Opener,
  { inputs, who, read }: Reading,
  batchSize: number | 'full' | undefined,
): Promise<BatchSource> {
  let items = await opener.open();
  let ahead: IteratorResult<unknown> | undefined = await items.next();
  if (ahead.done) throw new AdjointError('DATA_INVALID', `${who}: the stream is empty.`);
  const first = pairIn(ahead.value, who);
  const isSingle = await isExample(first, inputs, who);
  if (isSingle && typeof batchSize !== 'number')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `${who}: the stream gives single examples; say batchSize, a whole number ≥ 1, of how many a batch is made.`,
    );
  if (!isSingle && batchSize !== undefined && batchSize !== 'full')
    throw new AdjointError('OPTIONS_INVALID', `${who}: the stream gives whole batches; leave out batchSize.`);
  const together = isSingle && typeof batchSize === 'number' ? batchSize : 1;
  const typesOf = (tensors: Batch['targets']): ExampleType[] =>
    tensors.map(({ shape, dtype }) => ({ shape: shape.slice(1), dtype }));
  const example = await read([first]);
  let isOpen = true;

  async function* batches(index: number): AsyncGenerator<Batch> {
    if (!isOpen && !opener.isOnce) [items, ahead] = [await opener.open(), undefined];
    isOpen = false;
    let toSkip = index;
    let count = 0;
    try {
      for (;;) {
        const pairs: Pair[] = [];
        while (pairs.length < together) {
          const { done, value } = ahead ?? (await items.next());
          ahead = undefined;
          if (done) break;
          pairs.push(pairIn(value, who));
        }
        if (pairs.length === 0) break;
        count++;
        if (toSkip > 0) toSkip--;
        else yield await read(pairs);
      }
      if (count === 0)
        throw new AdjointError(
          'DATA_INVALID',
          `${who}: the stream is used up; pass a function that opens it anew, or fewer epochs.`,
        );
    } finally {
      if (!opener.isOnce) await items.return?.();
    }
  }
  return {
    inputs: severalOf(typesOf(example.inputs)),
    targets: typesOf(example.targets),
    batches: ({ index }) => batches(index),
  };
}

function pairIn(item: unknown, who: string): Pair {
  if (Array.isArray(item) && item.length === 2)
    return { x: item[0] as unknown, y: item[1] as unknown, weights: undefined };
  const pair = pairOf(item);
  if (pair) return pair;
  throw new AdjointError(
    'DATA_INVALID',
    `${who}: an item of the stream is neither { x, y } nor { xs, ys } nor [x, y].`,
  );
}

/** Whether an item is one example, and not a batch. */
async function isExample({ x }: Pair, inputs: readonly ExampleInput[], who: string): Promise<boolean> {
  const [input] = severalOf(inputs);
  const named = (x as Readonly<Record<string, unknown>> | null)?.[input.name];
  const own = named ?? (inputs.length > 1 && Array.isArray(x) ? (x as readonly unknown[])[0] : x);
  return isOneExample(await arrayOf(own, input.dtype, who), input.shape);
}
