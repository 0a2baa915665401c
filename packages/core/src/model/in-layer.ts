import { AdjointError, isAdjointError } from '../errors.js';
import { inScope } from '../graph/scope.js';
import { formatShape } from '../tensor/shape.js';
import type { ExampleType } from '../data/dataset.js';

/** Runs a part of a layer: what it builds belongs to the layer, and errors say which layer it is and what it was given. */
export function inLayer<T>(name: string, inputs: readonly ExampleType[], work: () => T): T {
  try {
    return inScope(name, work);
  } catch (error) {
    // Of layers inside each other, the innermost is named.
    if (isAdjointError(error) && error.layer !== undefined) throw error;
    const given = inputs.map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`).join(' and ');
    throw new AdjointError(
      isAdjointError(error) ? error.code : 'LAYER_FAILED',
      `layer '${name}' on ${given}: ${withoutName(error instanceof Error ? error.message : String(error), name)}`,
      { cause: error, layer: name },
    );
  }
}

/** A message that begins with the kind of layer, `conv2d: …`, which the name `block/conv2d_2` tells already. */
function withoutName(message: string, name: string): string {
  const [prefix = '', kind = ''] = /^(\w+): /.exec(message) ?? [];
  const own = name.slice(name.lastIndexOf('/') + 1);
  return kind !== '' && (own === kind || own.startsWith(`${kind}_`)) ? message.slice(prefix.length) : message;
}
