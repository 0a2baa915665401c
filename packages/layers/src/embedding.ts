import {
  AdjointError,
  defineLayer,
  formatShape,
  take,
  where,
  type Initializer,
  type LayerScope,
  type Parameter,
} from '@adjoint/core';
import { choice, count, documented, natural, object, oneOf, optional, refine } from '@adjoint/core/options';

const size = {
  words: documented(count, 'Number of rows of the table; indices are 0 … words − 1.'),
  features: documented(count, 'Length of a row.'),
  paddingIndex: documented(optional(natural), 'An index whose row is zeros and gets no gradient.'),
  initializer: documented(optional(choice('initializer'), { normal: { deviation: 1 } }), 'How the table starts.'),
};

/** A learnt row for each whole number: int32 [batch, …] → [batch, …, features]. */
export const embedding = defineLayer({
  options: refine(object(size), ({ words, paddingIndex = 0 }) => paddingIndex < words, 'paddingIndex below words'),
  formula: 'y = W[x]',
  examples: [
    { options: { words: 4, features: 2 }, inputs: [{ shape: [3], dtype: 'int32', below: 4 }] },
    { options: { words: 4, features: 2, paddingIndex: 0 }, inputs: [{ shape: [3], dtype: 'int32', below: 4 }] },
  ],
  create({ words, features, paddingIndex, initializer }, { create }) {
    const initialize = create('initializer', initializer);
    return {
      build([input], scope) {
        checkIndices('embedding', input.dtype);
        const table = tableOf(scope, [words, features], initialize);
        return ([x], { value }) => {
          const rows = take(value(table), x);
          return paddingIndex === undefined ? rows : where(x.expandDims(-1).equal(paddingIndex), 0, rows);
        };
      },
    };
  },
});

/** The sum, mean or maximum of the rows of a bag of whole numbers: int32 [batch, places] → [batch, features]. */
export const embeddingBag = defineLayer({
  options: refine(
    object({
      ...size,
      join: documented(optional(oneOf('sum', 'mean', 'max'), 'mean'), 'What becomes of the rows of a bag.'),
    }),
    ({ words, paddingIndex = 0 }) => paddingIndex < words,
    'paddingIndex below words',
  ),
  formula: 'y = joinₚ W[x[p]], over the places p without the padding index',
  examples: [
    { options: { words: 4, features: 2 }, inputs: [{ shape: [3], dtype: 'int32', below: 4 }] },
    {
      options: { words: 4, features: 2, join: 'max', paddingIndex: 1 },
      inputs: [{ shape: [3], dtype: 'int32', below: 4 }],
    },
    {
      options: { words: 4, features: 2, join: 'sum' },
      inputs: [{ shape: [3], dtype: 'int32', below: 4 }],
    },
  ],
  create({ words, features, paddingIndex, initializer, join }, { create }) {
    const initialize = create('initializer', initializer);
    return {
      build([input], scope) {
        checkIndices('embeddingBag', input.dtype);
        if (input.shape.length !== 1)
          throw new AdjointError(
            'SHAPE_MISMATCH',
            `embeddingBag: takes examples [places], not ${formatShape(input.shape)}.`,
          );
        const table = tableOf(scope, [words, features], initialize);
        return ([x], { value }) => {
          const rows = take(value(table), x);
          const counted = (paddingIndex === undefined ? x.equal(x) : x.notEqual(paddingIndex)).expandDims(-1);
          if (join === 'max') {
            // A bag of padding alone has no maximum; it gives zeros, as the sum does.
            const largest = where(counted, rows, -Infinity).max(1);
            return where(largest.equal(-Infinity), 0, largest);
          }
          const total = where(counted, rows, 0).sum(1);
          return join === 'sum' ? total : total.div(counted.cast(rows.dtype).sum(1).maximum(1));
        };
      },
    };
  },
});

function checkIndices(name: string, dtype: string): void {
  if (dtype !== 'int32')
    throw new AdjointError(
      'DTYPE_MISMATCH',
      `${name}: takes int32 indices, not ${dtype}; declare the input as { shape, dtype: 'int32' }.`,
    );
}

function tableOf(scope: LayerScope, [words, features]: readonly [number, number], initialize: Initializer): Parameter {
  return scope.parameter('weight', [words, features], {
    initialize,
    role: 'embedding',
    fanIn: words,
    fanOut: features,
  });
}
