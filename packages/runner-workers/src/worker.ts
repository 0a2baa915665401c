import { workerData, type MessagePort } from 'node:worker_threads';
import {
  AdjointError,
  failureOf,
  isAdjointError,
  openSent,
  runJob,
  tellProgress,
  withData,
  type App,
  type Dataset,
  type Failure,
  type Job,
  type JobResult,
  type SentData,
} from '@adjoint/core';
import { openApp, type WorkerSetup } from './worker-app.js';

/** What a worker thread is given. */
export interface Task {
  readonly job: Job<SentData>;
  readonly number: number;
  /** Takes progress, and brings the reason to abort. Closed when the job is over. */
  readonly port: MessagePort;
  readonly tells: boolean;
}

export type Answer = { readonly result: JobResult } | { readonly failure: Failure };

const setup = workerData as WorkerSetup;

let app: Promise<App> | undefined;
/** Datasets by name are opened once. */
const opened = new Map<string, Promise<Dataset>>();

/** Runs a job in this thread. */
export default async function work({ job, number, port, tells }: Task): Promise<Answer> {
  const controller = new AbortController();
  port.on('message', (reason: string) => controller.abort(reason));
  try {
    const { engine, registry } = await (app ??= openApp(setup));
    const open = (data: SentData): Promise<Dataset> => {
      if (data.whole) return openSent(registry, data);
      const key = JSON.stringify(data.choice);
      const dataset = opened.get(key) ?? openSent(registry, data);
      opened.set(key, dataset);
      dataset.catch(() => opened.delete(key));
      return dataset;
    };
    const result = await runJob(engine, registry, await withData(job, open), {
      signal: controller.signal,
      ...(tells && { onTrainer: tellProgress(number, (progress) => port.postMessage(progress)) }),
    });
    return { result };
  } catch (error) {
    return { failure: failureOf(isAdjointError(error) ? explained(error) : error) };
  } finally {
    port.close();
  }
}

/** A name that the app knows and its workers do not. */
function explained(error: AdjointError): AdjointError {
  if (error.code !== 'EXTENSION_UNKNOWN') return error;
  const names = setup.plugins.map(({ specifier }) => `'${specifier}'`).join(', ');
  return new AdjointError(
    error.code,
    `${error.message} This is a worker, which has the plugins of ${names || 'no module'}; name the module of the missing one in 'plugins' of the runner, too.`,
    { cause: error },
  );
}
