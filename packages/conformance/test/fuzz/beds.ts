import { isNativeAvailable, native, NativeBackend } from '@adjoint/backend-native';
import { WasmBackend } from '@adjoint/backend-wasm';
import { ReferenceBackend, type Backend } from '@adjoint/core/backend';
import { createApp, Engine, type App, type AppOptions } from 'adjoint';
import type { Bed } from './calls.js';
import type { AppBed } from './models.js';

/** A backend under trial with its threads. */
interface Entry {
  readonly name: string;
  readonly backend: () => Backend;
  readonly app: AppOptions;
}

const threads = (count: number): Entry[] => [
  {
    name: `wasm, ${count} threads`,
    backend: () => new WasmBackend({ threads: count }),
    app: { backend: { wasm: { threads: count } } },
  },
];

export const reference: Entry = {
  name: 'reference',
  backend: () => new ReferenceBackend(),
  app: { backend: 'reference' },
};

export const wasm: readonly Entry[] = [...threads(1), ...threads(2)];

/** With the compiler that CC names; none where there is no compiler. */
export const compiled: readonly Entry[] = isNativeAvailable()
  ? [
      {
        name: `native, ${process.env['CC'] ?? 'cc'}`,
        backend: () => new NativeBackend({ threads: 2 }),
        app: { plugins: [native], backend: { native: { threads: 2 } } } as AppOptions,
      },
    ]
  : [];

export function bedsOf(entries: readonly Entry[]): Bed[] {
  return entries.map(({ name, backend }) => ({ name, engine: new Engine(backend()) }));
}

export function appBedsOf(entries: readonly Entry[]): AppBed[] {
  return entries.map(({ name, app }) => ({ name, create: (): App => createApp(app) }));
}

/** A count or seed that the environment sets. */
export function setting(name: 'ADJOINT_COUNT' | 'ADJOINT_SEED', fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '' || text === 'random') return fallback;
  if (!/^\d+$/.test(text)) throw new Error(`${name} is '${text}'; it must be a whole number.`);
  return Number(text);
}
