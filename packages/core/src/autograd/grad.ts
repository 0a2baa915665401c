import type { Tensor } from '../graph/tensor.js';
import { gradients } from './gradients.js';

/** A scalar function of tensors. */
export type ScalarFunction<T extends readonly Tensor[]> = (...inputs: T) => Tensor;

/** The function that returns the gradients of `f` by each of its arguments; apply it again for higher derivatives. */
export function grad<T extends readonly Tensor[]>(f: ScalarFunction<T>): (...inputs: T) => { [K in keyof T]: Tensor } {
  return (...inputs) => valueAndGrad(f)(...inputs)[1];
}

/** Like grad, with the value of `f` in front. */
export function valueAndGrad<T extends readonly Tensor[]>(
  f: ScalarFunction<T>,
): (...inputs: T) => readonly [Tensor, { [K in keyof T]: Tensor }] {
  return (...inputs) => {
    const value = f(...inputs);
    return [value, gradients(value, inputs) as { [K in keyof T]: Tensor }];
  };
}
