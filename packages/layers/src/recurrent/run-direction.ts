import { literal, matmul, scan, mapSeveral, where, type Several, type Tensor } from '@adjoint/core';
import type { Cell, HiddenWeights } from './cells.js';

export interface DirectionWeights {
  readonly inputWeight: Tensor;
  readonly inputBias: Tensor | undefined;
  readonly hidden: HiddenWeights;
}

export interface DirectionRun {
  readonly cell: Cell;
  /** [batch, time, features] */
  readonly x: Tensor;
  readonly weights: DirectionWeights;
  /** [batch, units] each. */
  readonly initial: Several<Tensor>;
  /** Steps [batch, time] that count; a state passes the others by unchanged, and their output is 0. */
  readonly mask: Tensor | undefined;
  readonly backwards: boolean;
}

/** Runs a cell along the time of a batch: outputs [batch, time, units], and the states after the last step. */
export function runDirection({ cell, x, weights, initial, mask, backwards }: DirectionRun): {
  readonly outputs: Tensor;
  readonly states: Several<Tensor>;
} {
  // The input's part of all steps is one product, before the loop.
  const product = matmul(x, weights.inputWeight, { transposeB: true });
  const projected = (weights.inputBias ? product.add(weights.inputBias) : product).transpose([1, 0, 2]);
  const counted = mask ? [mask.transpose([1, 0]).expandDims(-1)] : [];
  const { carry, outputs } = scan(
    (before, [input, counts]) => {
      const next = cell.step(before, input!, weights.hidden);
      if (!counts) return { carry: next, outputs: [next[0]] };
      const carried = mapSeveral(next, (state, i) => where(counts, state, before[i]!));
      return { carry: carried, outputs: [where(counts, carried[0], 0)] };
    },
    initial,
    [projected, ...counted],
    { reverse: backwards },
  );
  return { outputs: outputs[0]!.transpose([1, 0, 2]), states: carry };
}

/** Zeros [batch, units] for each state of a cell. */
export function zeroStates(cell: Cell, x: Tensor, units: number): Several<Tensor> {
  const zeros = literal(0, x.dtype).broadcastTo([x.shape[0] ?? 1, units]);
  return mapSeveral(cell.states, () => zeros);
}
