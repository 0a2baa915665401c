import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { CodeBlock } from './code-blocks.js';
import { runCommand } from './command.js';

const extensions: Readonly<Record<string, string>> = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js' };

// Inside this package, so that the packages of the workspace resolve from there.
const workbench = resolve('packages/tooling/dist/documentation');
const output = join(workbench, 'run');

/**
 * What is wrong with the programs of documents, by the document's path. All are modules of one TypeScript project and run
 * in one process, one after the other: a compiler and a process for each document would take a minute and more.
 */
export async function faultsOf(documents: ReadonlyMap<string, readonly CodeBlock[]>): Promise<Map<string, string>> {
  await rm(workbench, { recursive: true, force: true });
  try {
    for (const [path, blocks] of documents) await writeModules(path, blocks);
    const errors = await compile();
    const runs = await run(documents);
    const faults = new Map<string, string>();
    for (const path of documents.keys()) {
      const own = errors.filter((error) => error.includes(`/${folderOf(path)}/`));
      const fault = own.join('\n') || runs.get(path);
      if (fault) faults.set(path, fault);
    }
    if (errors.length > 0 && faults.size === 0) throw new Error(errors.join('\n'));
    return faults;
  } finally {
    await rm(workbench, { recursive: true, force: true });
  }
}

/** Writes each program as a module, at the lines that it has in the document. */
async function writeModules(path: string, blocks: readonly CodeBlock[]): Promise<void> {
  const folder = folderOf(path);
  await mkdir(join(workbench, folder), { recursive: true });
  // Where the programs run, and may leave files.
  await mkdir(join(output, folder), { recursive: true });
  for (const block of blocks.filter(isProgram)) {
    const file = join(workbench, folder, `${moduleName(path, block)}.${extensions[block.language]}`);
    await writeFile(file, '\n'.repeat(block.line - 1) + block.code);
  }
}

/** The errors of the compiler, each with the file that has it. */
async function compile(): Promise<string[]> {
  const compilerOptions = {
    rootDir: '.',
    outDir: 'run',
    tsBuildInfoFile: null,
    composite: false,
    declaration: false,
    declarationMap: false,
    allowJs: true,
    checkJs: true,
    moduleDetection: 'force',
  };
  const project = {
    extends: resolve('packages/tooling/tsconfig.base.json'),
    compilerOptions,
    include: ['*/*.ts', '*/*.js'],
  };
  await writeFile(join(workbench, 'tsconfig.json'), JSON.stringify(project));
  try {
    await runCommand(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '--project', workbench]);
    return [];
  } catch (error) {
    return (error as Error).message.split(/\n(?=\S)/);
  }
}

/** What was thrown, by document; those that were not reached have what ended the process before. */
async function run(documents: ReadonlyMap<string, readonly CodeBlock[]>): Promise<Map<string, string>> {
  const pages = [...documents].map(([path, blocks]) => ({
    path,
    folder: join(output, folderOf(path)),
    modules: blocks
      .filter((block) => isProgram(block) && !block.flags.includes('no-run'))
      .map((block) => `./${folderOf(path)}/${moduleName(path, block)}.js`),
  }));
  const program = `
    import { writeFileSync } from 'node:fs';
    import { inspect } from 'node:util';
    const outcomes = [];
    for (const { path, folder, modules } of ${JSON.stringify(pages)}) {
      process.chdir(folder);
      let fault = '';
      try {
        for (const module of modules) await import(module);
      } catch (error) {
        fault = inspect(error);
      }
      outcomes.push([path, fault]);
      writeFileSync('../outcomes.json', JSON.stringify(outcomes));
    }`;
  await writeFile(join(output, 'outcomes.json'), '[]');
  await writeFile(join(output, 'all.mjs'), program);
  let failure: unknown;
  try {
    await runCommand(process.execPath, ['--enable-source-maps', 'all.mjs'], output);
  } catch (error) {
    failure = error;
  }
  const outcomes = new Map(JSON.parse(await readFile(join(output, 'outcomes.json'), 'utf8')) as [string, string][]);
  const missing = pages.filter(({ path }) => !outcomes.has(path));
  if (failure && missing.length === 0) throw failure;
  for (const { path } of missing) outcomes.set(path, `not reached: ${failure}`);
  return outcomes;
}

function isProgram({ language }: CodeBlock): boolean {
  return language in extensions;
}

function folderOf(path: string): string {
  return path.replaceAll('/', '-');
}

function moduleName(path: string, { line }: CodeBlock): string {
  return `${basename(path, '.md')}-line-${line}`;
}
