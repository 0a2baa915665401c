import { AdjointError } from '../errors.js';
import { valueText } from '../registry/options/index.js';
import type { Observed, Observer } from './observer.js';
import { pluginInvalid } from './plugin-results.js';

/**
 * Attaches an observer to something that trains, and returns the undo.
 * @throws AdjointError `OPERAND_INVALID` for what is no observer; `PLUGIN_INVALID` where it gives no undo but something else
 */
export function attachTo(run: Observed, observer: Observer): () => void {
  if (typeof (observer as Partial<Observer> | null | undefined)?.attach !== 'function')
    throw new AdjointError(
      'OPERAND_INVALID',
      `attach: found ${valueText(observer)}; give an observer { attach(run) }.`,
    );
  const undo: unknown = observer.attach(run);
  if (undo === undefined) return () => undefined;
  if (typeof undo === 'function') return undo as () => void;
  throw pluginInvalid(`A logger's attach returns ${valueText(undo)}; expected nothing, or a function that undoes it.`);
}
