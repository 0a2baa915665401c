import type { Contraction } from '@adjoint/core/backend';
import { blockingOf, scratchOf } from '../contraction/blocking.js';
import { ContractionWriter } from '../contraction/contraction-writer.js';
import { TILE } from '../contraction/multiply.js';
import { packDescriptor } from '../contraction/pack-layout.js';
import type { StoreTilesParameters } from '../contraction/store-tiles.js';
import type { Part, Step, StepContext } from './step.js';

/** Packs, multiplies and stores; the part's function is the epilogue. */
export function contractionStep(
  { program, code }: Part<StoreTilesParameters>,
  contraction: Contraction,
  { shared, threads, callable, place }: StepContext,
): Step {
  const { left, right, rows, columns } = contraction;
  const blocking = blockingOf(program, contraction, code.callsHost ? 1 : threads);
  const isShared = blocking.split !== 'none';
  const scratch = scratchOf(blocking);
  const descriptors = {
    left: place(packDescriptor(program, left, rows, TILE.rows, blocking.walk)),
    right: place(packDescriptor(program, right, columns, TILE.columns, blocking.walk)),
  };
  return {
    isShared,
    scratchBytes: scratch.shared + (isShared ? threads : 1) * scratch.own,
    write: (f, team, memory) => {
      const functions = {
        pack: callable(shared.pack),
        multiply: callable(shared.multiply),
        storeTiles: callable(code),
      };
      new ContractionWriter(
        f,
        { program, contraction, blocking },
        functions,
        { ...descriptors, ...memory },
        team,
      ).write();
    },
  };
}
