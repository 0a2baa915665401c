import { App, pluginsIn, type Choice, type Registry } from '@adjoint/core';

/** What a worker's app has in it. */
export interface WorkerSetup {
  readonly plugins: readonly { readonly specifier: string; readonly url: string }[];
  readonly backend?: Choice<'backend'>;
  /** If there is no `backend`, the first of these that can be had, with one thread. */
  readonly like: readonly Choice<'backend'>[];
}

/** An app with the plugins of modules. */
export async function openApp({ plugins: modules, backend, like }: WorkerSetup): Promise<App> {
  const lists = await Promise.all(
    modules.map(async ({ specifier, url }) => pluginsIn((await import(url)) as object, specifier)),
  );
  const plugins = lists.flat();
  if (backend !== undefined) return new App({ plugins, backend });
  // Which backends there are, and what they take, is known once the plugins are in use.
  const { registry } = new App({ plugins });
  const others = registry.names('backend').filter((name) => name !== 'reference') as Choice<'backend'>[];
  const wanted = like.length > 0 ? like : others.slice(0, 1);
  return new App({ plugins, backend: wanted.map((choice) => withOneThread(registry, choice)) });
}

/** The choice with one thread, where the backend has threads. */
function withOneThread(registry: Registry, choice: Choice<'backend'>): Choice<'backend'> {
  const [[name, options]] = (typeof choice === 'string' ? [[choice, {}]] : Object.entries(choice)) as [
    [string, object],
  ];
  try {
    return registry.check('backend', { [name]: { ...options, threads: 1 } });
  } catch {
    return choice;
  }
}
