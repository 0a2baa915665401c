import { broadcastTo, hostTensor, Tensor, type Engine } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { Engine as OtherEngine } from '@adjoint/core';
import { OtherArgument, TensorArgument } from './draw.js';

const other = new OtherEngine(new ReferenceBackend());

/** Arguments as one engine sees them: descriptions of tensors become its tensors, also within lists and options. */
export function materialize(value: unknown, engine: Engine): unknown {
  if (value instanceof TensorArgument) {
    const tensor = engine.tensor(value.value);
    return value.spread ? broadcastTo(tensor, value.spread) : tensor;
  }
  if (value instanceof OtherArgument) {
    if (value.what === 'variable') return engine.variable([1, 2]);
    if (value.what === 'promise of a tensor') return Promise.resolve(engine.tensor([1]));
    return other.tensor([1, 2]);
  }
  if (Array.isArray(value)) return value.map((part) => materialize(part, engine));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, materialize(part, engine)]));
}

/** The tensors among arguments or results. */
export function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.values(value).flatMap(tensorsIn);
}

/** Arguments as text that says how to make the call again. */
export function textOf(value: unknown): string {
  if (value instanceof TensorArgument) {
    const { data, shape, dtype } = value.value;
    const numbers = Array.from(data.subarray(0, 40), (x) => (Object.is(x, -0) ? '-0' : String(x))).join(', ');
    const spread = value.spread ? `.broadcastTo([${value.spread.join(', ')}])` : '';
    return `tensor([${numbers}${data.length > 40 ? ', …' : ''}], [${shape.join(', ')}], '${dtype}')${spread}`;
  }
  if (value instanceof OtherArgument) return `<${value.what}>`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value === 'string') return `'${value}'`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return '<function>';
  if (typeof value !== 'object' || value === null) return String(value);
  if (ArrayBuffer.isView(value)) return `<${value.constructor.name}>`;
  const entries = Object.entries(value).map(([name, part]) => `${name}: ${textOf(part)}`);
  return `{ ${entries.join(', ')} }`;
}

/** Whether all numbers among arguments are finite and of ordinary size. */
export function isTame(value: unknown): boolean {
  if (value instanceof TensorArgument) return value.value.data.every(isTame);
  if (Array.isArray(value)) return value.every(isTame);
  if (typeof value === 'number') return Math.abs(value) <= 1e3 && (value === 0 || Math.abs(value) >= 1e-3);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isTame);
  return true;
}

/** Whether a finite number among arguments is so large that products of two may not be. */
export function isExtreme(value: unknown): boolean {
  if (value instanceof TensorArgument) return value.value.data.some(isExtreme);
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) > 1e15;
  return typeof value === 'object' && value !== null && Object.values(value).some(isExtreme);
}

/** Whether a tensor has elements that are not finite. */
export function hasInfinity(value: unknown): boolean {
  return value instanceof TensorArgument && !value.value.data.every(Number.isFinite);
}

/** A scalar that belongs to an engine. */
export function flag(engine: Engine): Tensor {
  return engine.tensor(hostTensor([true], [], 'bool'));
}
