import { defineLogger } from '@adjoint/core';
import { count, documented, object, optional } from '@adjoint/core/options';
import { figuresText } from './figures-text.js';

/** Writes a line after each epoch, and after every so many steps if asked. */
export const consoleLogger = defineLogger({
  options: object({ every: documented(optional(count), 'Steps between lines within an epoch; none if not given.') }),
  description: 'Writes a line after each epoch, and after every so many steps if asked.',
  create: ({ every: interval }) => ({
    attach(trainer) {
      const undo = [
        trainer.on('epoch:end', ({ epoch, epochs, metrics, validation, milliseconds }) => {
          const validated = validation ? `  validation ${figuresText(validation)}` : '';
          console.log(
            `epoch ${epoch + 1}/${epochs}  ${figuresText(metrics)}${validated}  ${(milliseconds / 1000).toFixed(1)} s`,
          );
        }),
        trainer.on('warning', ({ message }) => console.warn(message)),
      ];
      if (interval !== undefined) {
        const line = trainer.on('step:end', ({ step, loss, metrics, learningRate }) => {
          if ((step + 1) % interval === 0)
            console.log(`step ${step + 1}  ${figuresText({ loss, ...metrics })}  rate ${learningRate.toPrecision(3)}`);
        });
        undo.push(line);
      }
      return () => undo.forEach((take) => take());
    },
  }),
});
