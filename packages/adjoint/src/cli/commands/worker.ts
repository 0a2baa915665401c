import { importOptional } from '../import-from-here.js';

/** What is used of `@adjoint/runner-bullmq`, which is not part of `adjoint`. */
interface Queue {
  runWorker(options: WorkerFlags): Promise<void>;
}

export interface WorkerFlags {
  readonly redis: string;
  readonly plugins: readonly string[];
  readonly queue?: string;
  readonly count?: number;
  readonly patience?: number;
}

/** Takes jobs from a queue in Redis until it is interrupted. */
export async function worker(flags: WorkerFlags): Promise<void> {
  const { runWorker } = await importOptional<Queue>('@adjoint/runner-bullmq');
  await runWorker(flags);
}
