import { isAdjointError, severalOf, type App, type Choice, type Model } from 'adjoint';
import { digitsClasses } from '@adjoint/data';

/** Of a digit: channels, rows, columns. */
export const imageShape = [1, 8, 8] as const;

/** What a visitor begins with. */
export const startingNetwork = `[
  { "conv2d": { "filters": 8, "kernel": 3, "padding": "same" } },
  "relu",
  { "maxPool2d": { "size": 2 } },
  { "conv2d": { "filters": 8, "kernel": 3, "padding": "same" } },
  "relu",
  "flatten",
  { "dense": { "units": 10 } }
]`;

/** A network that cannot be: the message is for whoever edits it. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError';
}

/** Why a text is no network, or what it describes. */
export function readLayers(app: App, text: string): Choice<'layer'>[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    const rules = 'Names have double quotes, and commas stand between layers, not after the last.';
    throw new NetworkError(`This is no JSON: ${(error as Error).message}. ${rules}`, { cause: error });
  }
  if (!Array.isArray(list) || list.length === 0)
    throw new NetworkError('Write a list of layers in brackets, such as ["flatten", { "dense": { "units": 10 } }].');
  return list.map((layer: unknown, i) => explained(`Layer ${i + 1}`, () => app.check('layer', layer)));
}

/**
 * The model of a text. Its first output is the answer, [10] logits; the others are maps [channels, rows, columns] of its
 * convolutions, in order.
 * @throws NetworkError
 */
export function composeNetwork(app: App, text: string, seed: number): Model {
  const layers = readLayers(app, text);
  const { composition, output, parameters, typeOf } = explained('These layers do not fit', () => {
    const model = app.sequential({ input: imageShape, seed }, layers);
    return {
      composition: model.composition,
      output: model.output,
      parameters: model.parameters,
      typeOf: (name: string) => model.typeOf(name),
    };
  });
  if (output.shape.length !== 1 || output.shape[0] !== digitsClasses.length)
    throw new NetworkError(
      `The network ends in [${output.shape.join(', ')}] numbers, and there are ten digits: let it end with "flatten" and { "dense": { "units": 10 } }.`,
    );
  const owners = new Set(parameters.filter(isKernel).map(({ name }) => name.split('/')[0]));
  const maps = composition.layers
    .map(({ name }) => name)
    .filter((name) => owners.has(name) && typeOf(name).shape.length === 3);
  return app.build({ ...composition, outputs: severalOf([...composition.outputs, ...maps]) }, { seed });
}

/** Whether a parameter is the filters of a convolution: [filters, channels, rows, columns]. */
export function isKernel({ role, variable }: Model['parameters'][number]): boolean {
  return role === 'kernel' && variable.type.shape.length === 4;
}

function explained<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isAdjointError(error)) throw error;
    throw new NetworkError(`${what}: ${error.message}`, { cause: error });
  }
}
