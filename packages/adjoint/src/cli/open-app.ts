import { dataFiles, LOADING } from '@adjoint/data/node';
import { checkpointFiles } from '@adjoint/io/node';
import { fileLoggers, showProgress } from '@adjoint/loggers/node';
import {
  CORE_VERSION,
  definePlugin,
  pluginsIn,
  type App,
  type AppOptions,
  type Choice,
  type Plugin,
} from '@adjoint/core';
import { createApp } from '../index.js';
import { importNamed, importOptional } from './import-from-here.js';

/** What every command that makes an app can be told. */
export interface AppFlags {
  readonly backend?: string;
  readonly plugins?: readonly string[];
}

/** Data that take long to load have a bar. */
const loadingBar = definePlugin({
  name: 'adjoint/cli',
  version: CORE_VERSION,
  requires: [dataFiles.name],
  setup: (host) => host.provide(LOADING, { value: { onProgress: showProgress() } }, { override: true }),
});

/** An app with the plugins of `adjoint`, those that touch files, and those of modules. */
export async function openApp(
  { backend, plugins = [] }: AppFlags,
  config: { readonly plugins?: readonly (string | Plugin)[]; readonly backend?: AppOptions['backend'] } = {},
): Promise<App> {
  const chosen = backend === undefined ? config.backend : (backend as Choice<'backend'>);
  const named = [...(config.plugins ?? []), ...plugins];
  const modules = await Promise.all(named.map((each) => (typeof each === 'string' ? pluginsOf(each) : [each])));
  const own = [dataFiles, loadingBar, checkpointFiles, fileLoggers];
  return createApp({
    plugins: [...new Set([...own, ...(await nativeFor(chosen)), ...modules.flat()])],
    ...(chosen !== undefined && { backend: chosen }),
  });
}

async function pluginsOf(specifier: string): Promise<readonly Plugin[]> {
  return pluginsIn(await importNamed(specifier), specifier);
}

/** The backend `native` is not part of `adjoint`; whoever names it need not name its package, too. */
async function nativeFor(backend: AppOptions['backend']): Promise<readonly Plugin[]> {
  const choices: readonly unknown[] = Array.isArray(backend) ? backend : [backend];
  const isNative = choices.some((each) => each === 'native' || (typeof each === 'object' && each && 'native' in each));
  return isNative ? [(await importOptional<{ native: Plugin }>('@adjoint/backend-native')).native] : [];
}
