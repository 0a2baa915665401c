import { ReferenceBackend } from '../backend/reference/reference-backend.js';
import type { Kernel } from '../compiler/program.js';
import type { TypedArray } from '../tensor/dtype.js';
import { interpretLoops } from './interpret-loops.js';

/** Runs the loop programs that the compiler made, instead of the graph nodes they came from: a check of the compiler. */
export class LoopInterpreterBackend extends ReferenceBackend {
  override readonly name: string = 'loop-interpreter';
  readonly computesLoops = true;

  protected override runKernel({ loops }: Kernel, view: (storage: number) => TypedArray): void {
    for (const { program, storages } of loops) interpretLoops(program, storages.map(view));
  }
}
