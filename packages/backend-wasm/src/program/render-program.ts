import type { Callable } from '../assembler/index.js';
import { functionTexts } from '../disassembler/wasm-text.js';
import { defineProgram } from './define-program.js';
import { exportFunctions, Imports } from './function-library.js';
import { defineLoopFunctions, loopsOf } from './loop-function.js';
import type { RenderProgram } from './rendering.js';
import { defineSharedFunctions } from './shared-functions.js';
import { stepsOf } from './steps.js';

/**
 * The code of each kernel in order, then `program`, which calls them, and `shared functions`: all that several of them
 * call. It is generated anew, with 0 for the addresses of tables, which get their place when a program is compiled.
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
  const steps = stepsOf(program, parts, { shared, threads, callable, place: () => 0 });
  const table = { address: 0, storages: program.storages.length };
  const { main, steps: functions } = defineProgram(module, 'program', steps, table, callable(shared.barrier));

  const [programTexts, loopTexts] = [functionTexts(module.build()), functionTexts(loopModule.build())];
  const textOf = (texts: typeof programTexts, { index }: Callable): string => texts[index()]!.text;
  const kernels = program.kernels.map(({ label }, kernel) => ({
    kernel: label,
    text: [
      ...functions.filter((_, i) => steps[i]!.kernel === kernel).map((each) => textOf(programTexts, each)),
      ...defined.filter((_, i) => loops[i]!.kernel === kernel).map((each) => textOf(loopTexts, each.callable)),
    ].join('\n\n'),
  }));
  const code = [...kernels, { kernel: 'program', text: textOf(programTexts, main) }];
  const library = [...loopTexts, ...functionTexts(sharedModule.build())].flatMap((each) => each ?? []);
  const own = new Set(defined.map((each) => textOf(loopTexts, each.callable)));
  const called = calledFunctions(
    code.map(({ text }) => text),
    new Map(library.filter(({ text }) => !own.has(text)).map(({ id, text }) => [id, text])),
  );
  return [...code, { kernel: 'shared functions', text: called.join('\n\n') }].map((each) => ({
    ...each,
    language: 'wat',
  }));
};

/** The functions of a library that are called in the texts, and by each other, in the order of their first calls. */
function calledFunctions(texts: readonly string[], library: ReadonlyMap<string, string>): string[] {
  const called = new Map<string, string>();
  const visit = (text: string): void => {
    for (const [, id] of text.matchAll(/\(call (\$[^\s()]+)/g)) {
      const callee = library.get(id!);
      if (callee === undefined || called.has(id!)) continue;
      called.set(id!, callee);
      visit(callee);
    }
  };
  texts.forEach(visit);
  return [...called.values()];
}
