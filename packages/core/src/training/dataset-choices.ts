import type { Dataset } from '../data/dataset.js';
import type { BatchSource } from '../data/source.js';
import type { Choice } from '../registry/kinds.js';

const choices = new WeakMap<object, Choice<'dataset'>>();

/** Which datasets were chosen by name: that is what a checkpoint can say of its data. */
export const DatasetChoices = {
  note(dataset: Dataset, choice: Choice<'dataset'>): Dataset {
    choices.set(dataset, choice);
    return dataset;
  },
  of(data: Dataset | BatchSource): Choice<'dataset'> | undefined {
    return choices.get(data);
  },
};
