import type { OwnBytes } from './dtype.js';

/** Bytes one after the other, as an array of its own. */
export function joinBytes(parts: readonly Uint8Array[]): OwnBytes {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
