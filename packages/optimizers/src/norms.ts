import { literal, where, type Tensor } from '@adjoint/core';

/** ‖x‖₂, a scalar. */
export function lengthOf(x: Tensor): Tensor {
  return x.square().sum().sqrt();
}

/** ‖x‖₂ of several tensors as one vector; 0 of none. */
export function jointLength(tensors: readonly Tensor[]): Tensor {
  return total(tensors.map((tensor) => tensor.square().sum())).sqrt();
}

/** The sum of scalars; 0 of none. */
export function total([first, ...others]: readonly Tensor[]): Tensor {
  return first ? others.reduce((sum, part) => sum.add(part), first) : literal(0);
}

/** ‖w‖/‖step‖, by which a step has a length that is measured by the weight's; 1 where either has none. */
export function trustRatio(w: Tensor, step: Tensor): Tensor {
  const [size, length] = [lengthOf(w), lengthOf(step)];
  const isZero = size.mul(length).equal(0);
  return where(isZero, 1, size.div(where(isZero, 1, length)));
}
