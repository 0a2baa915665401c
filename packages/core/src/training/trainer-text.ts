import { valueText } from '../registry/options/index.js';
import type { Trainer } from './trainer.js';

/** A trainer for people to read: where it stands, its model on a line, and what it was told. */
export function trainerText({ model, options, progress: { epoch, step } }: Trainer): string {
  const chosen = (choices: unknown): string =>
    [choices]
      .flat()
      .map((choice) => valueText(choice))
      .join(', ');
  const { loss, optimizer, schedule, metrics, regularizers } = options;
  const parts = Object.entries({ loss, optimizer, schedule, metrics, regularizers })
    .filter(([, choices]) => choices !== undefined)
    .map(([name, choices]) => `${name} ${chosen(choices)}`);
  const [first = ''] = String(model).split('\n');
  return `Trainer after ${step} steps, ${epoch} epochs\n  ${first}\n  ${parts.join('; ')}`;
}
