import type { RenderedKernel } from '@adjoint/core/backend';
import type { Callable } from '../assembler/index.js';
import { functionTexts, type FunctionText } from '../disassembler/wasm-text.js';
import { defineProgram } from './define-program.js';
import { exportFunctions, Imports } from './function-library.js';
import { defineLoopFunctions, loopsOf } from './loop-function.js';
import type { RenderProgram } from './rendering.js';
import { defineSharedFunctions } from './shared-functions.js';
import { stepsOf, type Placed } from './steps.js';

/**
 * The code of each kernel in order: its steps, the functions of its loops, and what these call, unless an earlier kernel
 * has shown it. It is generated anew, with 0 for the addresses of tables, which get their place when a program is
 * compiled.
 */
export const renderProgram: RenderProgram | undefined = (program, { control, relaxed, threads, newModule }) => {
  const loops = loopsOf(program);
  const [sharedModule, loopModule, module] = [newModule(), newModule(), newModule()];
  const shared = exportFunctions(sharedModule, defineSharedFunctions(sharedModule, control, relaxed));
  const defined = defineLoopFunctions(loopModule, loops);
  const entries = exportFunctions(
    loopModule,
    Object.fromEntries(defined.map(({ callable }, i) => [`loops${i}`, callable])),
  );
  const parts = loops.map((each, i) => ({
    ...each,
    code: { ...entries[`loops${i}`]!, callsHost: defined[i]!.callsHost },
  }));
  const { callable } = new Imports(module);
  const place = (): number => 0;
  const steps = stepsOf(program, parts, { shared, threads, callable, place });
  const table = { address: 0, storages: program.storages.length };
  const functions = defineProgram(module, 'program', steps, { table, place }, callable(shared.barrier));

  const [programTexts, loopTexts] = [functionTexts(module.build()), functionTexts(loopModule.build())];
  const textOf = (texts: readonly (FunctionText | undefined)[], { index }: Callable): string => texts[index()]!.text;
  const stepTexts = functions.steps.map(({ step, callable: each }) => ({
    kernel: step.kernel,
    text: `${remarkOn(step)}\n${textOf(programTexts, each)}`,
  }));
  const ownTexts = defined.map(({ callable: each }, i) => ({
    kernel: loops[i]!.kernel,
    text: textOf(loopTexts, each),
  }));
  const own = new Set(ownTexts.map(({ text }) => text));
  const called = [...loopTexts, ...functionTexts(sharedModule.build())].flatMap((each) => each ?? []);
  const library = new Map(called.map(({ id, text }) => [id, own.has(text) ? undefined : text]));
  return program.kernels.map(({ label }, number): RenderedKernel => {
    const texts = [...stepTexts, ...ownTexts].flatMap(({ kernel, text }) => (kernel === number ? [text] : []));
    return { kernel: label, language: 'wat', text: [...texts, ...takeCalled(texts, library)].join('\n\n') };
  });
};

function remarkOn({ isShared, needsBarrier }: Placed): string {
  return `;; ${isShared ? 'All threads run' : 'The first thread runs'} this${needsBarrier ? ', after a barrier' : ''}.`;
}

/** Takes out of a library what the texts call, and what is called there, in the order of the first calls. */
function takeCalled(texts: readonly string[], library: Map<string, string | undefined>): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(/\(call (\$[^\s()]+)/g)].flatMap(([, id]) => {
      const callee = library.get(id!);
      library.delete(id!);
      return callee === undefined ? [] : [callee, ...takeCalled([callee], library)];
    }),
  );
}
