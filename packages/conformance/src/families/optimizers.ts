import {
  App,
  hostTensor,
  matmul,
  sizeOf,
  type Choice,
  type Engine,
  type HookContext,
  type Hooks,
  type HostTensor,
  type Optimizer,
  type Parameter,
  type State,
  type Tensor,
} from '@adjoint/core';
import { optimizers } from '@adjoint/optimizers';
import { contextOn, descend, type Descent, type Position } from '@adjoint/reference-values';
import * as v from 'valibot';
import { validate } from '../case-file.js';
import { checkInputs, type Family, type Stated } from '../family.js';

type Options = Readonly<Record<string, unknown>>;

const options = v.record(v.string(), v.unknown());
const given = v.strictObject({ optimizer: v.string(), options, steps: v.number() });
const downhill = v.strictObject({
  ...given.entries,
  loss: v.picklist(['quadratic', 'rosenbrock']),
});

const { registry } = new App({ plugins: [optimizers] });

function registered(choice: unknown): Optimizer {
  return registry.create('optimizer', registry.check('optimizer', choice));
}

/** The library's choice for an optimizer of the files. */
function choiceOf(name: string, own: Options, form: 'pytorch' | 'textbook'): object {
  if (name === 'nesterov') return { momentum: { ...own, nesterov: true, form } };
  // The values are those of PyTorch 1.13.
  if (name === 'nadam') return { nadam: { ...own, form: 'pytorch1' } };
  return { [name]: form === 'textbook' && ['adagrad', 'rmsprop', 'adam'].includes(name) ? { ...own, form } : own };
}

/** The textbook forms, down a function. */
export const optimizersSeed: Family = (stated) => {
  const { optimizer, options: own, steps, loss } = validate(downhill, stated.attributes);
  return trajectoryAlong(stated, { optimizer: registered(choiceOf(optimizer, own, 'textbook')), steps, loss });
};

/** PyTorch's forms, with given gradients. */
export const optimizersTorch: Family = (stated) => {
  const { optimizer, options: own, steps } = validate(given, stated.attributes);
  return withGradients(stated, { optimizer: registered(choiceOf(optimizer, own, 'pytorch')), steps });
};

/** What is given by a formula of its own. */
export const optimizersFormula: Family = async (stated) => {
  const { optimizer: name, options: own, steps } = validate(v.union([given, downhill]), stated.attributes);
  switch (name) {
    case 'lion':
    case 'lamb':
      return withGradients(stated, { optimizer: registered({ [name]: own }), steps });
    case 'lookahead': {
      const { inner, ...others } = own;
      return withGradients(stated, { optimizer: registered({ lookahead: { ...others, base: inner } }), steps });
    }
    case 'sam':
      return trajectoryAlong(stated, {
        optimizer: registered({ sam: own }),
        steps,
        loss: validate(downhill, stated.attributes).loss,
      });
    case 'lbfgs': {
      const { loss } = validate(downhill, stated.attributes);
      const positions = await along(stated, { optimizer: registered({ lbfgs: own }), steps, loss });
      return { minimum: positions.at(-1)!.w };
    }
    case 'ema':
    case 'swa':
      return { average: await averaged(stated, registry.check('regularizer', { [name]: own }), steps) };
    default:
      throw new Error(`unknown optimizer ${JSON.stringify(name)}`);
  }
};

async function withGradients(
  { inputs, engine }: Stated,
  { optimizer, steps }: Pick<Descent, 'optimizer' | 'steps'>,
): Promise<{ trajectory: Tensor }> {
  checkInputs(inputs, ['parameter', 'gradients']);
  const { parameter, gradients } = inputs as { parameter: Tensor; gradients: Tensor };
  const [start, all] = await engine.evaluate([parameter, gradients]);
  const gradient = (_: Tensor, step: number): Tensor => engine.tensor(rowOf(all!, step));
  return { trajectory: stacked(engine, await descend(engine, { optimizer, start: start!, steps, gradient })) };
}

async function trajectoryAlong(stated: Stated, descent: Parameters<typeof along>[1]): Promise<{ trajectory: Tensor }> {
  return { trajectory: stacked(stated.engine, await along(stated, descent)) };
}

async function along(
  { inputs, engine }: Stated,
  { optimizer, steps, loss: on }: Pick<Descent, 'optimizer' | 'steps'> & { readonly loss: 'quadratic' | 'rosenbrock' },
): Promise<Position[]> {
  checkInputs(inputs, on === 'quadratic' ? ['w0', 'a', 'c'] : ['w0']);
  const { w0, a, c } = inputs as { w0: Tensor; a: Tensor; c: Tensor };
  const loss = on === 'quadratic' ? (w: Tensor): Tensor => matmul(a, w).mul(0.5).sub(c).mul(w).sum() : rosenbrock;
  return descend(engine, { optimizer, start: await w0.read(), steps, loss });
}

/** [steps, …] of values that are known. */
function stacked(engine: Engine, positions: readonly Position[]): Tensor {
  const values = positions.map(({ w }) => w.value!);
  const data = Float64Array.from(values.flatMap((value) => [...value.data]));
  const [{ shape, dtype }] = values as [HostTensor];
  return engine.tensor(hostTensor(data, [values.length, ...shape], dtype));
}

/** (1 − x)² + 10(y − x²)² */
function rosenbrock(w: Tensor): Tensor {
  const [x, y] = [w.slice([0], [1]), w.slice([1], [2])];
  return x.sub(1).square().add(y.sub(x.square()).square().mul(10)).sum();
}

/** The part of a tensor [steps, …] that belongs to one step. */
function rowOf({ data, shape: [, ...shape], dtype }: HostTensor, step: number): HostTensor {
  const size = sizeOf(shape);
  return { data: data.slice(step * size, (step + 1) * size), shape, dtype };
}

/** What an average evaluates after it has seen the rows of `weights`, the first of which it starts from. */
async function averaged(
  { inputs, dtype, engine }: Stated,
  choice: Choice<'regularizer'>,
  steps: number,
): Promise<Tensor> {
  checkInputs(inputs, ['weights']);
  const weights = await inputs['weights']!.read();
  const first = rowOf(weights, 0);
  const parameter: Parameter = {
    name: 'w',
    role: 'kernel',
    variable: engine.variable(first, { name: 'w' }),
    initial: () => first,
  };
  const made = registry.create('regularizer', choice);
  const states = new Map<unknown, Tensor>();
  const state = (name: string): State => {
    const declared: State = { name, role: 'state', variable: engine.variable(first, { name }) };
    states.set(declared, engine.tensor(first));
    return declared;
  };
  const hooks: Hooks = typeof made === 'function' ? made({ name: 'average', state }, [parameter]) : made;
  const contextAt = (step: number): HookContext => {
    const context = contextOn(engine, step, dtype);
    return {
      ...context,
      value: (of) => (typeof of === 'object' ? states.get(of) : undefined) ?? context.value(of as number),
      update: (of, value) => void states.set(of, value),
      outputs: [{ shape: first.shape, dtype }],
      targets: [],
      hiddenLayers: [],
    };
  };
  const at = (step: number): Parameters<NonNullable<Hooks['average']>>[0] => ({
    ...parameter,
    value: engine.tensor(rowOf(weights, step)),
  });
  for (let step = 0; step < steps; step++) {
    hooks.average?.(at(step), contextAt(step));
    await engine.evaluate([...states.values()]);
  }
  return hooks.evaluation!(at(steps - 1), contextAt(steps));
}
