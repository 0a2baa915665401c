import * as v from 'valibot';
import { operation, operations, type Family } from '../family.js';
import { runLayer } from './run-layer.js';

function recurrentLayer(name: string, states: readonly string[]): Family {
  return operation({
    attributes: { units: v.number() },
    inputs: ['x', 'wInput', 'wHidden'],
    optional: ['bInput', 'bHidden'],
    build({ x, wInput, wHidden, bInput, bHidden }, { units }) {
      const { outputs } = runLayer(name, { units, bias: bInput !== undefined }, [x], {
        values: { inputWeight: wInput, hiddenWeight: wHidden, inputBias: bInput, hiddenBias: bHidden },
      });
      return Object.fromEntries(['y', ...states].map((state, i) => [state, outputs[i]!]));
    },
  });
}

export const recurrent = operations({
  simpleRnn: recurrentLayer('simpleRnn', ['hidden']),
  lstm: recurrentLayer('lstm', ['hidden', 'cell']),
  gru: recurrentLayer('gru', ['hidden']),
});
