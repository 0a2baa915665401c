import { AdjointError, isAdjointError, type ErrorCode } from '../errors.js';
import type { Job, JobResult } from './job.js';

/** An error as plain data. */
export interface Failure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly layer?: string;
  readonly stack?: string;
}

export function failureOf(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    message,
    ...(isAdjointError(error) && { code: error.code, ...(error.layer !== undefined && { layer: error.layer }) }),
    ...(stack !== undefined && { stack }),
  };
}

/** The error again, with the stack of where it was thrown. */
export function errorOf({ message, code, layer, stack }: Failure): Error {
  const error = code ? new AdjointError(code, message, layer === undefined ? {} : { layer }) : new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Whether another try may go better: most of Adjoint's own errors say what is wrong with the job itself. */
export function isTransient(error: unknown): boolean {
  const transient: readonly ErrorCode[] = ['WORKER_LOST', 'OUT_OF_MEMORY', 'FILE_UNREADABLE', 'FILE_UNWRITABLE'];
  return !isAdjointError(error) || transient.includes(error.code);
}

/** What is left of a job that has failed. */
export function failedResult({ composition }: Pick<Job, 'composition'>, error: unknown): JobResult {
  const detail = error instanceof Error ? error.message : String(error);
  return { reason: 'failed', detail, error, history: [], composition, weights: new Map() };
}
