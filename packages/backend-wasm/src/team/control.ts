/**
 * Byte offsets of the words that the threads of a team share; what different threads wait for has its own cache line.
 */
export const CONTROL = {
  /** Goes up when there is something to do; idle workers sleep on it. */
  sequence: 0,
  /** The program that was ordered last: its number, how many threads take part, and which steps to run. */
  program: 4,
  threads: 8,
  firstStep: 12,
  endStep: 16,
  /** How many programs were ordered, and how many messages were sent to each worker. */
  orders: 20,
  messages: 24,
  /** The barrier: how many threads have come, how often it has opened, how many threads sleep at it. */
  arrived: 64,
  generation: 128,
  sleepers: 192,
  /** Whether the first thread may sleep: that of a browser's page may not. */
  firstMaySleep: 196,
  /** How many seconds the first thread waits at the barrier for others; beyond that one of them must have ended. */
  patience: 200,
  /** Whether a worker has failed, and will not come to the barrier. */
  failed: 204,
  bytes: 256,
} as const;
