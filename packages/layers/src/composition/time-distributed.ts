import { AdjointError, defineLayer, mapSeveral, type Choice, type Definition } from '@adjoint/core';
import { choice, documented, object, type Schema } from '@adjoint/core/options';

/** Options of `timeDistributed`, stated, since a type that holds a choice of its own kind refers to itself. */
export interface TimeDistributedOptions {
  /** What takes one step. */
  readonly layer: Choice<'layer'>;
}

/** One layer on every step of a sequence: [batch, time, …] → [batch, time, …], with the same parameters at each. */
export const timeDistributed: Definition<'layer', Schema<TimeDistributedOptions>> = defineLayer({
  options: object({ layer: documented(choice('layer'), 'What takes one step.') }),
  formula: 'y[t] = f(x[t])',
  examples: [{ options: { layer: 'batchNorm' }, inputs: [[4, 2]] }],
  create: ({ layer }) => ({
    build(inputs, scope) {
      const step = scope.layer(
        layer,
        mapSeveral(inputs, ({ shape, dtype }) => {
          if (shape.length > 0) return { shape: shape.slice(1), dtype };
          throw new AdjointError('SHAPE_MISMATCH', 'timeDistributed: takes examples [time, …], not [].');
        }),
      );
      return (sequences, context) => {
        const [batch = 1, time = 1] = sequences[0].shape;
        const steps = mapSeveral(sequences, (x) => x.reshape([batch * time, ...x.shape.slice(2)]));
        return mapSeveral(step.run(steps, context), (y) => y.reshape([batch, time, ...y.shape.slice(1)]));
      };
    },
  }),
});
