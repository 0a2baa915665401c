import type { Primitive } from './primitive.js';
import type { Tensor } from './tensor.js';

/** Primitives are told apart by identity: two plugins may use one name. */
const numbers = new WeakMap<Primitive, number>();
let primitives = 0;

function numberOf(primitive: Primitive): number {
  const number = numbers.get(primitive) ?? primitives++;
  numbers.set(primitive, number);
  return number;
}

/** Primitive, attributes and inputs: equal keys are equal nodes. */
export function nodeKey(node: Tensor, inputKey: (input: Tensor) => number, attributes = node.attributes): string {
  return `${numberOf(node.primitive)}(${node.inputs.map(inputKey).join(',')})${attributesKey(attributes)}`;
}

/** JSON, but with NaN, the infinities and −0 kept apart. */
export function attributesKey(attributes: unknown): string {
  return attributes === undefined
    ? ''
    : JSON.stringify(attributes, (_, value: unknown) =>
        typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
          ? `#${Object.is(value, -0) ? '-0' : value}`
          : value,
      );
}
