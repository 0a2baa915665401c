/** All keys in Redis begin so, those of BullMQ as well. */
export const prefix = 'adjoint';

/** How long Redis keeps what belongs to a job, in seconds: a program that was killed finds its results for a day. */
export const kept = { payload: 7 * 86_400, data: 7 * 86_400, result: 86_400, cancelled: 86_400 } as const;

/** Where Redis holds what belongs to the jobs of a queue. */
export function keysOf(queue: string) {
  const key =
    (what: string) =>
    (id: string): string =>
      `${prefix}:${queue}:${what}:${id}`;
  return {
    /** A job, encoded. */
    payload: key('payload'),
    /** A dataset by the hash of its bytes. */
    data: key('data'),
    /** What came of a job, encoded. There before the queue says that the job is completed. */
    result: key('result'),
    /** There if nobody wants the job any more. */
    cancelled: key('cancelled'),
    /** The channel that names jobs which are cancelled. */
    cancel: `${prefix}:${queue}:cancel`,
  };
}

/** Commands wait while Redis is away, and are sent when it is back. */
export const connectionOptions = { maxRetriesPerRequest: null } as const;
