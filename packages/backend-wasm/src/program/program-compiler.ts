import { roughWork, type Executable, type Program } from '@adjoint/core/backend';
import { Scratch } from '../memory/scratch.js';
import type { Block, WasmMemory } from '../memory/wasm-memory.js';
import type { Team } from '../team/team.js';
import { defineProgram } from './define-program.js';
import { FunctionLibrary, Imports, type LibraryFunctions } from './function-library.js';
import { loopsOf } from './loop-function.js';
import { loopFunctionCache, type LoopFunctionCache } from './loop-function-cache.js';
import type { Target } from './rendering.js';
import { defineSharedFunctions } from './shared-functions.js';
import { stepsOf, wantsThreads } from './steps.js';
import { WasmExecutable, type CompiledProgram } from './wasm-executable.js';

/** Seconds that threads wait for each other at least, and operations that any of them does in a second. */
const [leastPatience, slowest] = [10, 1e8];

/** Compiles programs to WebAssembly, on one memory and for one team of threads. */
export class ProgramCompiler {
  readonly #library: FunctionLibrary;
  readonly #loopFunctions: LoopFunctionCache;
  readonly #scratch: Scratch;
  #shared: Promise<LibraryFunctions<ReturnType<typeof defineSharedFunctions>>> | undefined;
  #programs = 0;

  /** `relaxed`: with the multiply-add of relaxed SIMD; `record` is told of each module. */
  constructor(
    readonly memory: WasmMemory,
    readonly team: Team,
    readonly relaxed: boolean,
    record?: FunctionLibrary['record'],
  ) {
    this.#library = new FunctionLibrary(memory, record);
    this.#loopFunctions = loopFunctionCache(this.#library, team);
    this.#scratch = new Scratch(memory);
  }

  async compile(program: Program): Promise<Executable> {
    const compile = (): Promise<CompiledProgram> => this.#compile(program);
    return new WasmExecutable(await compile(), compile, this.memory, this.#scratch);
  }

  async #compile(program: Program): Promise<CompiledProgram> {
    const loops = loopsOf(program);
    const shared = await (this.#shared ??= this.#compileShared());
    const functions = await this.#loopFunctions.get(loops);
    const parts = loops.map((each, i) => ({ ...each, code: functions[i]! }));
    // Steps are cut for the threads that there are.
    const threads = parts.some((part) => wantsThreads(part, this.team.size)) ? await this.team.start() : 1;

    const tables: Block[] = [];
    const place = (words: Int32Array): number => {
      const block = this.memory.place(words);
      tables.push(block);
      return block.address;
    };
    const module = this.#library.newModule();
    const { callable } = new Imports(module);
    const steps = stepsOf(program, parts, { shared, threads, callable, place });
    const storages = program.storages.length;
    const table = place(new Int32Array(storages + 1));
    const number = this.#programs++;
    const name = `program${number}`;
    const { main } = defineProgram(
      module,
      name,
      steps,
      { table: { address: table, storages }, place },
      callable(shared.barrier),
    );
    const { [name]: compiled } = await this.#library.add(module, { [name]: main });
    const { module: compiledModule, code } = compiled!;

    const isTeamwork = steps.some((step) => step.isShared);
    if (isTeamwork) {
      const modules = [shared.barrier.module, ...functions.map((each) => each.module), compiledModule];
      await this.team.deliver([...new Set(modules)]);
    }
    const work = isTeamwork ? loops.reduce((sum, each) => sum + roughWork(each.program), 0) : 0;
    const patience = Math.min(2 ** 30, Math.ceil(leastPatience + work / slowest));
    const { team } = this;
    return {
      program,
      kernels: steps.map(({ kernel }) => kernel),
      table,
      scratchBytes: steps.reduce((most, { scratchBytes }) => Math.max(most, scratchBytes), 0),
      fits: () => !isTeamwork || threads === team.size,
      run: (firstStep, endStep) =>
        isTeamwork ? team.run(number, code, { firstStep, endStep, patience }) : code(0, 1, firstStep, endStep),
      release: () => {
        tables.forEach(({ address, bytes }) => this.memory.free(address, bytes));
        this.#library.delete(name);
        team.drop([name], [compiledModule]);
      },
    };
  }

  /** What it generates code for. */
  get target(): Target {
    const { team, relaxed } = this;
    return { control: team.control, relaxed, threads: team.size, newModule: () => this.#library.newModule() };
  }

  close(): void {
    this.#loopFunctions.clear();
  }

  #compileShared() {
    const module = this.#library.newModule();
    return this.#library.add(module, defineSharedFunctions(module, this.team.control, this.relaxed));
  }
}
