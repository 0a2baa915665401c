import { AdjointError } from '../errors.js';
import { valueText } from '../value-text.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { VaryingType } from './dataset.js';

/** Who knows what the classes of an output are called. */
export interface ClassNames {
  /** The name of class i in place i; undefined while they have none. */
  readonly classes: readonly string[] | undefined;
  /** @internal */
  nameClasses(names: readonly string[]): void;
}

/** Whether something is a list of names of classes, one for each example. */
export function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.some((one) => typeof one === 'string');
}

/** The names in their order: by number where all are numbers, else by code unit. */
export function namesIn(labels: readonly string[]): string[] {
  const names = [...new Set(labels)];
  const areNumbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  return areNumbers ? names.sort((a, b) => Number(a) - Number(b)) : names.sort();
}

/**
 * Class numbers, int32 `[examples]`, of names. With `learn`, names that the model does not have yet become those of its
 * classes.
 * @throws AdjointError `DATA_INVALID` for a name that is unknown, or for more names than the output has classes
 */
export function numbersOfNames(
  labels: readonly string[],
  model: ClassNames,
  { output, learn, who }: { readonly output: VaryingType | undefined; readonly learn: boolean; readonly who: string },
): HostTensor {
  const odd = labels.findIndex((label) => typeof label !== 'string');
  if (odd >= 0)
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: the label of example ${odd} is ${valueText(labels[odd])}, and others are texts; give all as texts, or all as class numbers.`,
    );
  if (!model.classes && !learn)
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: the labels are texts, and the model does not know its classes yet; fit it with texts first, or compose it with classes: ['…', …].`,
    );
  if (!model.classes) {
    const names = namesIn(labels);
    const [units] = output?.shape ?? [];
    const most = units === 1 ? 2 : units;
    if (typeof most === 'number' && names.length > most)
      throw new AdjointError(
        'DATA_INVALID',
        `${who}: there are ${names.length} different labels (${excerptOf(names)}), but the model's output [${output?.shape.join(', ')}] has ${most} classes; give its last layer ${names.length} units.`,
      );
    model.nameClasses(names);
  }
  const classes = model.classes ?? [];
  const places = new Map(classes.map((name, place) => [name, place]));
  const numbers = Int32Array.from(labels, (label, i) => {
    const place = places.get(label);
    if (place !== undefined) return place;
    throw new AdjointError(
      'DATA_INVALID',
      `${who}: the label of example ${i} is '${label.slice(0, 60)}', which is no class of the model; its classes are ${excerptOf(classes)}.`,
    );
  });
  return { data: numbers, shape: [numbers.length], dtype: 'int32' };
}

function excerptOf(names: readonly string[]): string {
  const shown = names
    .slice(0, 12)
    .map((name) => `'${name.slice(0, 40)}'`)
    .join(', ');
  return names.length > 12 ? `${shown} and ${names.length - 12} more` : shown;
}
