import { AdjointError, type HostTensor } from '@adjoint/core';

/** The share of the examples whose largest score [examples, classes] is not that of their label. */
export function errorRate({ data, shape }: HostTensor, labels: ArrayLike<number>): number {
  const [examples = 0, classes = 0] = shape;
  if (shape.length !== 2 || labels.length !== examples)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `errorRate: scores [${shape.join(', ')}] and ${labels.length} labels do not fit; give one row of scores for each label.`,
    );
  let wrong = 0;
  for (let i = 0; i < examples; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (data[i * classes + k]! > data[i * classes + best]!) best = k;
    wrong += Number(best !== labels[i]);
  }
  return wrong / examples;
}
