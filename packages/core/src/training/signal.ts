declare global {
  // Merges with what DOM or Node declare, and stands in where a program has the types of neither.
  interface AbortSignal {}
}

/** Asks work under way to end. */
export type Signal = AbortSignal;
