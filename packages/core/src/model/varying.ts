import { anyOf, choice, object, type Schema } from '../registry/options/index.js';
import type { Varying } from './build-context.js';

/**
 * An option that is a number within limits, or follows a schedule: `0.5` or `{ base: 0.5, schedule: 'cosine' }`. Its value
 * in the step is `context.value(option)`.
 */
export function varying(limits: Schema<number>): Schema<Varying> {
  return anyOf(limits, object({ base: limits, schedule: choice('schedule') }));
}
