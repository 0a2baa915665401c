import type { Choice, Otherwise } from '../registry/kinds.js';
import { array, choice, custom, optional, schemaOf, type Schema } from '../registry/options/index.js';
import type { Plugin } from '../registry/plugin.js';
import { runnerFields } from '../training/option-schemas.js';
import type { RunnerOptions } from '../training/runner.js';

export interface AppOptions {
  readonly plugins?: readonly Plugin[];
  /**
   * What computes; the first backend that a plugin registers (other than reference) if not given. Of several, the first
   * that can be had here; the app warns of those before it.
   */
  readonly backend?: Choice<'backend'> | Otherwise<readonly Choice<'backend'>[], 'backend'>;
}

export interface RunOptions extends RunnerOptions {
  /** What runs the jobs; one after the other in this app, if not given. */
  readonly runner?: Choice<'runner'>;
}

export const runOptions = schemaOf<RunOptions>({ ...runnerFields, runner: optional(choice('runner')) });

/** Plugins are looked at one by one when they are put in use. */
const plugins = custom<readonly Plugin[]>(Array.isArray, 'a list of plugins');

/** The options of an app, as they were given. */
export function appOptions(given: AppOptions): Schema<AppOptions> {
  const backend = (given as AppOptions | null)?.backend;
  return schemaOf<AppOptions>({
    plugins: optional(plugins),
    backend: optional(Array.isArray(backend) ? array(choice('backend')) : choice('backend')),
  });
}
