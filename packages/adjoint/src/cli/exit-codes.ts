/** What the command ends with; those of signals (130 for Ctrl-C) beside them. */
export const exitCodes = { done: 0, failed: 1, usage: 2, closed: 141 } as const;
