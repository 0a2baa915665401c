import { RandomSource } from '../../random/random-source.js';
import { isFloat } from '../../tensor/dtype.js';
import { primitiveSamples } from '../primitive-samples.js';
import type { BackendBed } from './bed.js';

/** Every primitive on random inputs, alone and fused with work before and after it. */
export function testPrimitives(bed: BackendBed, rounds: number): void {
  for (const { name, make } of primitiveSamples) {
    bed.test(`${name} alone and between neighbours`, async (t) => {
      const random = new RandomSource(2).child(name);
      for (let round = 0; round < rounds; round++) {
        const { inputs, apply } = make(random);
        await bed.agree(t, (engine, dtype) => {
          const tensors = inputs.map((input) =>
            engine.tensor(input, undefined, isFloat(input.dtype) ? dtype : input.dtype),
          );
          const scaled = tensors.map((tensor) => (isFloat(tensor.dtype) ? tensor.mul(0.75).add(0.125) : tensor));
          const y = apply(...scaled);
          return [apply(...tensors), isFloat(y.dtype) ? y.mul(0.5).add(1).sum() : y];
        });
      }
    });
  }
}
