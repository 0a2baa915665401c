import { isAdjointError, severalOf, sizeOf, type App, type Choice, type Model } from 'adjoint';
import { digitsClasses } from '@adjoint/data';

/** Of a digit: channels, rows, columns. */
export const imageShape = [1, 8, 8] as const;

/** A network with more would take a visitor's memory, and minutes for a step. */
const mostParameters = 2_000_000;
const mostUnits = 4096;

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
  let tooLarge: string | undefined;
  try {
    list = JSON.parse(text, (name, value: unknown) => {
      if (typeof value === 'number' && value > mostUnits) tooLarge ??= `'${name}' is ${value}`;
      return value;
    });
  } catch (error) {
    const rules = 'Names have double quotes, and commas stand between layers, not after the last.';
    throw new NetworkError(`This is no JSON: ${(error as Error).message}. ${rules}`, { cause: error });
  }
  // Initial values of so many parameters would take minutes before they could be counted.
  if (tooLarge) throw new NetworkError(`${tooLarge}; this page takes numbers up to ${mostUnits}.`);
  if (!Array.isArray(list) || list.length === 0)
    throw new NetworkError('Write a list of layers in brackets, such as ["flatten", { "dense": { "units": 10 } }].');
  return list.map((layer: unknown, i) => attempt(`Layer ${i + 1}`, () => app.check('layer', layer)));
}

/**
 * The model of a text. Its first output is the answer, [10] logits; the others are maps [channels, rows, columns] of its
 * convolutions, in order.
 * @throws NetworkError
 */
export function composeNetwork(app: App, text: string, seed: number): Model {
  const layers = readLayers(app, text);
  const { composition, output, parameters, typeOf } = attempt('These layers do not fit', () => {
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
  const size = parameters.reduce((sum, { variable }) => sum + sizeOf(variable.type.shape), 0);
  if (size > mostParameters)
    throw new NetworkError(
      `The network has ${size.toLocaleString('en')} parameters, and this page takes up to ${mostParameters.toLocaleString('en')}: make its layers smaller.`,
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

function attempt<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw explained(what, error);
  }
}

/** An error of Adjoint as one of the network; others are what they are. */
export function explained(what: string, error: unknown): unknown {
  return isAdjointError(error) ? new NetworkError(`${what}: ${error.message}`, { cause: error }) : error;
}
