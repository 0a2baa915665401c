import { AdjointError, isAdjointError } from '@adjoint/core';

/** Does what depends on the content of a file, whose name then stands before what is wrong with it. */
export async function inFile<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isAdjointError(cause) || cause.message.startsWith(`${path}:`)) throw cause;
    throw new AdjointError(cause.code, `${path}: ${cause.message}`, { cause });
  }
}
