import { defineLogger, type EpochEnd, type MetricValues, type Observed, type Observer } from '@adjoint/core';
import { documented, object, optional, string } from '@adjoint/core/options';
import { Bar, type BarOptions } from './bar.js';

/** Shows how far a run is. */
export const progressLogger = defineLogger({
  options: object({ label: documented(optional(string, 'fit'), 'What the bar is called.') }),
  description:
    'Shows a bar with the time that is left while a trainer fits, validates or evaluates. Quiet where standard error is no terminal.',
  create: (options) => progressObserver(options),
});

/** The observer behind the logger `progress`, also for another terminal. */
export function progressObserver({
  label = 'fit',
  terminal,
}: {
  readonly label?: string;
  readonly terminal?: BarOptions['terminal'];
}): Observer {
  const on = terminal ? { terminal } : {};
  return {
    attach(run: Observed) {
      let fit: Bar | undefined;
      let evaluation: Bar | undefined;
      let figures = '';
      /** Steps that this call of fit does not have to do. */
      let before = 0;
      const endEvaluation = (): void => {
        evaluation?.end({ keep: false });
        evaluation = undefined;
      };
      const undo = [
        run.on('fit:start', ({ step, epoch, epochs, stepInEpoch, stepsPerEpoch }) => {
          before = step;
          figures = '';
          fit?.end({ keep: false });
          fit = new Bar({ label, unit: 'steps', total: (epochs - epoch) * stepsPerEpoch - stepInEpoch, ...on });
        }),
        run.on('step:end', ({ step, epoch, epochs, loss, metrics }) => {
          const note = `epoch ${epoch + 1}/${epochs}  ${figures || textOf({ loss, ...metrics })}`;
          fit?.update(step + 1 - before, { note });
        }),
        run.on('epoch:end', ({ step, epoch, epochs, ...ended }) => {
          figures = epochText(ended);
          // `step` counts the updates before this event's epoch ended, all of them.
          fit?.update(step - before, { note: `epoch ${epoch + 1}/${epochs}  ${figures}` });
        }),
        run.on('fit:end', () => {
          endEvaluation();
          fit?.end();
          fit = undefined;
        }),
        run.on('evaluation:batch', ({ done, total = 0, unit }) => {
          if (done >= total) return endEvaluation();
          evaluation ??= new Bar({
            label: fit ? 'validation' : 'evaluation',
            unit,
            total,
            ...on,
          });
          evaluation.update(done);
        }),
      ];
      return () => {
        undo.forEach((take) => take());
        endEvaluation();
        fit?.end();
      };
    },
  };
}

function epochText({ metrics, validation }: Pick<EpochEnd, 'metrics' | 'validation'>): string {
  return validation ? `${textOf(metrics)}  validation ${textOf(validation)}` : textOf(metrics);
}

export function textOf(values: MetricValues): string {
  return Object.entries(values)
    .slice(0, 4)
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`)
    .join('  ');
}
