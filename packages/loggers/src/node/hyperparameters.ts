import type { FitStart, Observed } from '@adjoint/core';

export type Hyperparameters = Readonly<Record<string, number | string | boolean>>;

/** The options of a trainer and a run, flat: `optimizer` is a name, `optimizer.learningRate` one of its options. */
export function hyperparametersOf(run: Observed, { batchSize, epochs, epoch }: FitStart): Hyperparameters {
  const { loggers: _, onHandlerError: _handler, ...options } = run.options ?? { loss: '', optimizer: '' };
  const flat: Record<string, number | string | boolean> = {};
  for (const [name, value] of Object.entries(options)) flatten(flat, name, value);
  return { ...flat, epochs: epochs - epoch, ...(batchSize !== undefined && { batchSize }) };
}

/** A choice `{ adam: { learningRate: 1 } }` is its name and its options; a list has its places in the names. */
function flatten(flat: Record<string, number | string | boolean>, path: string, value: unknown): void {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') flat[path] = value;
  else if (Array.isArray(value)) value.forEach((entry, i) => flatten(flat, `${path}.${i}`, entry));
  else if (typeof value === 'object' && value !== null) {
    const [[name, options] = [''], ...others] = Object.entries(value);
    const isChoice = others.length === 0 && typeof options === 'object' && options !== null && !Array.isArray(options);
    if (isChoice) flat[path] = name;
    for (const [own, entry] of Object.entries(isChoice ? (options as object) : value))
      flatten(flat, `${path}.${own}`, entry);
  } else if (typeof value === 'function') flat[path] = 'function';
}
