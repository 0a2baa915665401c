/** One or more: what destructures without a doubt, as in `([x]) => x.relu()`. */
export type Several<T> = readonly [T, ...T[]];
