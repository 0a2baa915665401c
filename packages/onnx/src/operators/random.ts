import { bernoulli, broadcastTo, cast, literal, where, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Drops elements while the model is trained, whatever the file says of training; the second output tells what is kept. */
function dropout(call: Call): readonly Tensor[] {
  const { x } = call;
  const ratio = call.opset < 12 ? call.number('ratio', 0.5) : (call.known(1)?.[0] ?? 0.5);
  // The mask had the dtype of x before version 10.
  const mask = (kept: Tensor): Tensor => (call.opset < 10 ? cast(kept, x.dtype) : kept);
  if (!call.pass.training || ratio === 0) return [x, mask(broadcastTo(literal(true), x.shape))];
  const kept = bernoulli(call.pass.random(call.node.name || (call.node.outputs[0] ?? '')), 1 - ratio, x.shape);
  return [where(kept, x.div(1 - ratio), 0), mask(kept)];
}

export const random: Operators = {
  Dropout: { apply: dropout, statics: [1, 2] },
};
