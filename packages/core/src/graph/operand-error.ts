import { AdjointError } from '../errors.js';

/** The error for an operand that is no tensor of this copy of the library. `value` is told by its form, whatever made it. */
export function wrongOperand(what: string, value: unknown, expected: string): AdjointError {
  if (typeof value === 'object' && value !== null && 'primitive' in value && 'evaluator' in value) {
    return new AdjointError(
      'CORE_DUPLICATE',
      `${what}: an operand is a tensor of another copy of @adjoint/core; install one version, with core as a peer dependency of plugins ('npm ls @adjoint/core' shows who asks for which).`,
    );
  }
  return new AdjointError('OPERAND_INVALID', `${what}: an operand is ${describe(value)}; expected ${expected}.`);
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `the text '${value.slice(0, 40)}'`;
  if (typeof value === 'function') return 'a function; call it first';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'an array, of which app.tensor(…) makes a tensor';
  if ('assign' in value && 'value' in value) return 'a variable, whose tensor is variable.value';
  if ('role' in value && 'value' in value) return 'a parameter as optimizers see it, whose tensor is parameter.value';
  if ('variable' in value) return 'a parameter or state, whose tensor is context.value(parameter)';
  if ('then' in value) return 'a promise, which must be awaited first';
  if ('data' in value) return 'a host tensor, of which app.tensor(…) makes a tensor';
  return `an object of class ${value.constructor?.name ?? 'Object'}`;
}
