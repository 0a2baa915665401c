import { wholePower, type StepContext, type Tensor } from '@adjoint/core';

/** An exponential moving average with its next value taken in: βm + (1−β)x. */
export function movingMean(mean: Tensor, value: Tensor, beta: number): Tensor {
  return mean.mul(beta).add(value.mul(1 - beta));
}

/** 1/(1−β₁ᵗ) and 1/√(1−β₂ᵗ), for means that started at zero. */
export function corrections(
  beta1: number,
  beta2: number,
  scalar: StepContext['scalar'],
): { readonly meanCorrection: Tensor; readonly rootCorrection: Tensor } {
  return {
    meanCorrection: scalar('meanCorrection', ({ step }) => 1 / (1 - wholePower(beta1, step + 1))),
    rootCorrection: scalar('rootCorrection', ({ step }) => 1 / Math.sqrt(1 - wholePower(beta2, step + 1))),
  };
}
