import { once } from 'node:events';
import { handleSignals } from '@adjoint/io/node';
import { importOptional } from '../import-from-here.js';

/** What is used of `@adjoint/dashboard`, which is not part of `adjoint`. */
interface Dashboard {
  serveDashboard(
    directory: string,
    options?: { readonly port?: number },
  ): Promise<{ url: string; close(): Promise<void> }>;
  writeReport(run: string, file: string): Promise<void>;
}

const load = () => importOptional<Dashboard>('@adjoint/dashboard');

/** Serves the runs in a folder until the program is interrupted. */
export async function dashboard(directory: string, { port }: { readonly port?: number }): Promise<void> {
  const { serveDashboard } = await load();
  const interruption = handleSignals();
  const server = await serveDashboard(directory, { ...(port !== undefined && { port }) });
  console.log(`${server.url} shows the runs in ${directory}; Ctrl-C ends it`);
  if (!interruption.signal.aborted) await once(interruption.signal, 'abort');
  await server.close();
}

/** Writes a run as one page that needs no network. */
export async function report(run: string, { output }: { readonly output: string }): Promise<void> {
  const { writeReport } = await load();
  await writeReport(run, output);
  console.log(output);
}
