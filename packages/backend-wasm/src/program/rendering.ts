import type { Program, RenderedKernel } from '@adjoint/core/backend';
import type { ModuleBuilder } from '../assembler/index.js';

/** What the code of a program depends on, beside the program itself. */
export interface Target {
  /** Address of the team's control words. */
  readonly control: number;
  readonly relaxed: boolean;
  readonly threads: number;
  newModule(): ModuleBuilder;
}

/** The code of a program as text. */
export type RenderProgram = (program: Program, target: Target) => readonly RenderedKernel[];
