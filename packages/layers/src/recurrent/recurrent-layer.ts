import {
  AdjointError,
  concatenate,
  formatShape,
  mapSeveral,
  severalOf,
  stack,
  type Choice,
  type CreateContext,
  type ExampleType,
  type Layer,
  type LayerScope,
  type Parameter,
  type Several,
  type Tensor,
} from '@adjoint/core';
import { boolean, choice, count, documented, fraction, oneOf, optional } from '@adjoint/core/options';
import { dropped } from '../noise/dropped.js';
import type { Cell } from './cells.js';
import { runDirection, zeroStates, type DirectionWeights } from './run-direction.js';

/** What all recurrent layers take. */
export const recurrentOptions = {
  units: documented(count, 'Length of a state.'),
  layers: documented(optional(count, 1), 'How many are stacked, each over the outputs of the one below.'),
  bidirectional: documented(
    optional(boolean, false),
    'Whether another one reads backwards; the outputs of both are concatenated.',
  ),
  output: documented(
    optional(oneOf('all', 'last'), 'all'),
    'The output of every step, [time, units], or the hidden state after the last one, [units].',
  ),
  dropout: documented(
    optional(fraction, 0),
    'Probability with which an output is dropped on its way to the next of the stacked layers.',
  ),
  bias: documented(optional(boolean, true), 'Whether to add biases, one for the input and one for the hidden state.'),
  initializer: documented(
    optional(choice('initializer'), 'fanInUniform'),
    'How weights of the input and biases start; the fan-in is that of the state.',
  ),
  recurrentInitializer: documented(
    optional(choice('initializer'), 'fanInUniform'),
    "How weights of the hidden state start; 'orthogonal' helps long sequences.",
  ),
};

interface RecurrentOptions {
  readonly units: number;
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly output: 'all' | 'last';
  readonly dropout: number;
  readonly bias: boolean;
  readonly initializer: Choice<'initializer'>;
  readonly recurrentInitializer: Choice<'initializer'>;
}

/** The parameters of one direction of one stacked layer. */
interface Direction {
  readonly backwards: boolean;
  readonly inputWeight: Parameter;
  readonly hiddenWeight: Parameter;
  readonly inputBias: Parameter | undefined;
  readonly hiddenBias: Parameter | undefined;
}

/**
 * A cell along the time of examples [time, features]. Beside them it may be given a mask, bool [time], of the steps that
 * count, and initial states; its outputs are followed by the states after the last step. States are [units], or
 * [layers·directions, units] where there are several, forward before backward, the lowest layer first.
 */
export function recurrentLayer(name: string, cell: Cell, options: RecurrentOptions, { create }: CreateContext): Layer {
  const { units, layers, bidirectional, bias } = options;
  const directions = bidirectional ? 2 : 1;
  const initialize = create('initializer', options.initializer);
  const initializeHidden = create('initializer', options.recurrentInitializer);

  function declare(scope: LayerScope, features: number, prefix: string, backwards: boolean): Direction {
    const rows = cell.gates * units;
    const fans = { fanIn: units, fanOut: units };
    const biasOf = (own: string): Parameter | undefined =>
      bias ? scope.parameter(prefix + own, [rows], { initialize, role: 'bias', ...fans }) : undefined;
    return {
      backwards,
      inputWeight: scope.parameter(`${prefix}inputWeight`, [rows, features], { initialize, role: 'kernel', ...fans }),
      hiddenWeight: scope.parameter(`${prefix}hiddenWeight`, [rows, units], {
        initialize: initializeHidden,
        role: 'kernel',
        ...fans,
      }),
      inputBias: biasOf('inputBias'),
      hiddenBias: biasOf('hiddenBias'),
    };
  }

  return {
    ports: ['x', 'mask', ...cell.states],
    build([input, ...others], scope) {
      const features = checkInput(name, input);
      const { hasMask } = checkOthers(
        name,
        cell,
        others,
        layers * directions === 1 ? [units] : [layers * directions, units],
      );
      const stacked = Array.from({ length: layers }, (_, layer) =>
        Array.from({ length: directions }, (__, direction) => {
          const prefix = `${layers > 1 ? `layer_${layer + 1}/` : ''}${direction === 1 ? 'backward/' : bidirectional ? 'forward/' : ''}`;
          return declare(scope, layer === 0 ? features : units * directions, prefix, direction === 1);
        }),
      );
      return ([sequence, ...given], { training, random, value }) => {
        const mask = hasMask ? given[0] : undefined;
        const initial = given.slice(hasMask ? 1 : 0);
        const initialOf = (place: number): Several<Tensor> =>
          initial.length === 0
            ? zeroStates(cell, sequence, units)
            : mapSeveral(severalOf(initial), (state) => (layers * directions === 1 ? state : row(state, place)));
        const finals: Several<Tensor>[] = [];
        let x = sequence;
        for (const [layer, pair] of stacked.entries()) {
          if (layer > 0 && training && options.dropout > 0)
            x = dropped(x, random(`dropout_${layer}`), value(options.dropout), x.shape);
          const runs = pair.map((direction) =>
            runDirection({
              cell,
              x,
              weights: valuesOf(direction, value),
              initial: initialOf(finals.length + (direction.backwards ? 1 : 0)),
              mask,
              backwards: direction.backwards,
            }),
          );
          finals.push(...runs.map(({ states }) => states));
          x = concatenated(runs.map(({ outputs }) => outputs));
        }
        const last = concatenated(finals.slice(-directions).map(([hidden]) => hidden));
        const states = cell.states.map((_, i) => {
          const each = finals.map((state) => state[i]!);
          return each.length === 1 ? each[0]! : stack(each, 1);
        });
        return [options.output === 'all' ? x : last, ...states];
      };
    },
  };
}

function valuesOf(direction: Direction, value: (of: Parameter) => Tensor): DirectionWeights {
  const optionally = (of: Parameter | undefined): Tensor | undefined => of && value(of);
  return {
    inputWeight: value(direction.inputWeight),
    inputBias: optionally(direction.inputBias),
    hidden: { weight: value(direction.hiddenWeight), bias: optionally(direction.hiddenBias) },
  };
}

function concatenated(parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : concatenate(parts, -1);
}

/** State `place` of [batch, places, units]. */
function row(states: Tensor, place: number): Tensor {
  const [batch = 1, , units = 1] = states.shape;
  return states.slice([0, place, 0], [batch, place + 1, units]).reshape([batch, units]);
}

function checkInput(name: string, { shape, dtype }: ExampleType): number {
  const [, features] = shape;
  if (shape.length !== 2 || features === undefined || dtype === 'int32' || dtype === 'bool') {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${name}: takes float examples [time, features], not ${dtype} ${formatShape(shape)}.`,
    );
  }
  return features;
}

function checkOthers(
  name: string,
  { states }: Cell,
  others: readonly ExampleType[],
  state: readonly number[],
): { readonly hasMask: boolean } {
  const hasMask = others[0]?.dtype === 'bool';
  const initial = hasMask ? others.slice(1) : others;
  const fits =
    (!hasMask || others[0]?.shape.length === 1) &&
    (initial.length === 0 || initial.length === states.length) &&
    initial.every(({ shape }) => formatShape(shape) === formatShape(state));
  if (!fits) {
    const given = others.map(({ shape, dtype }) => `${dtype} ${formatShape(shape)}`).join(', ');
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `${name}: beside the sequence it was given ${given}; it takes a mask, bool [time], or none, and then no initial states or ${states.join(' and ')} ${formatShape(state)}.`,
    );
  }
  return { hasMask };
}
