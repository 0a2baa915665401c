import { expandCalls, methodOf } from '@adjoint/core/backend';
import type { LoopProgram } from '@adjoint/core/primitives';
import { renderContraction } from './contraction/render-contraction.js';
import { named } from './render/c-text.js';
import { indented } from './render/indented.js';
import { renderLoops } from './render/loop-function.js';
import { hasFunction } from './render/operations.js';
import { prelude } from './render/prelude.js';
import type { RenderedFunction } from './render/rendered-function.js';
import { vectorPrelude } from './render/vector-prelude.js';
import type { VectorTarget } from './render/vector-target.js';
import { renderWinograd } from './winograd/render-winograd.js';

/** Renders a loop program: convolutions and matrix products for their shape, all else for any extent of the first axes. */
export function renderFunction(given: LoopProgram, target: VectorTarget): RenderedFunction {
  const program = expandCalls(given, hasFunction);
  const method = methodOf(program);
  if (method.kind === 'winograd') return renderWinograd(program, method.convolution, target);
  const tiled = method.kind === 'contraction' && renderContraction(program, method.contraction, target);
  return tiled || renderLoops(program);
}

/** A function of a source file. */
export interface SourceFunction {
  readonly name: string;
  /** What it computes, for readers. */
  readonly label: string;
  readonly rendered: RenderedFunction;
}

/** C that a compiler takes: what all functions use, then the functions, each after a comment with its label. */
export function sourceFile(functions: readonly SourceFunction[], { lanes }: VectorTarget): string {
  return [indented(`${prelude}${vectorPrelude(lanes)}`), ...functions.map(functionText)].join('\n');
}

export function functionText({ name, label, rendered }: SourceFunction): string {
  return `${commentLine(label)}\n${indented(named(rendered.text, name))}`;
}

/** A C comment of one line: a backslash at its end would make it go on. */
function commentLine(text: string): string {
  return `// ${text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\\]+/gu, ' ').trim()}`;
}
