import { formatShape, sizeOf } from '../tensor/shape.js';
import type { BuiltLayer } from './layer.js';
import type { Parameter, State } from './parameter.js';

// A line for each of what a model is made of, for consoles.

export function describeParameter({ name, role, variable: { type } }: Parameter | State): string {
  const what = role === 'state' ? 'State' : `Parameter (${role})`;
  return `${what} '${name}' ${type.dtype} ${formatShape(type.shape)}: await variable.read()`;
}

export function describeLayer({ name, type, outputs, parameters }: BuiltLayer): string {
  const count = parameters.reduce((sum, { variable }) => sum + sizeOf(variable.type.shape), 0);
  const types = outputs.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ');
  return `Layer '${name}' (${type}) → ${types}, ${count} parameters`;
}
