import { isMainThread } from 'node:worker_threads';
import { dirname } from 'node:path';
import { defineLogger, serviceToken } from '@adjoint/core';
import { object } from '@adjoint/core/options';
import { runObserver, runOptions } from '@adjoint/loggers/node';
import { portOption, serveDashboard, type Dashboard } from './server/serve-dashboard.js';

/** The dashboards of an app: one for each folder of runs. */
export class Dashboards {
  readonly #served = new Map<string, Promise<Dashboard>>();

  /** Serves the runs of a folder unless that is done already, and says where. */
  async show(directory: string, port: number | undefined): Promise<void> {
    const known = this.#served.get(directory);
    const served = known ?? serveDashboard(directory, port === undefined ? {} : { port });
    this.#served.set(directory, served);
    const { url, unref } = await served;
    if (known) return;
    unref();
    console.log(`dashboard: ${url}`);
  }

  async dispose(): Promise<void> {
    const all = await Promise.allSettled(this.#served.values());
    await Promise.all(all.map((one) => (one.status === 'fulfilled' ? one.value.close() : undefined)));
  }
}

export const DASHBOARDS = serviceToken<Dashboards>('dashboards');

/** Writes a run as `run` does, and serves a page that shows it. */
export const dashboardLogger = defineLogger({
  options: object({ ...runOptions, port: portOption }),
  description:
    'Writes a run as a folder, as `run` does, and shows all runs in a page of this machine until the app is closed or the program has nothing left to do; its address is printed. In worker threads it only writes.',
  create: ({ port, ...options }, { resolve }) => {
    const dashboards = resolve(DASHBOARDS);
    return runObserver(options, (folder) =>
      // Workers write; the page of the program shows it.
      isMainThread ? dashboards.show(dirname(folder.path), port) : undefined,
    );
  },
});
