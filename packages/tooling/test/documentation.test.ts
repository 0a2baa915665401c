import test from 'ava';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { codeBlocks, type CodeBlock } from './code-blocks.js';
import { runCommand } from './command.js';

// What the documents show must be true: their programs compile and run, and their commands exist. A program that
// cannot run by itself (it needs a browser, a file or much time) is marked ```ts no-run, and is still type-checked.
const extensions: Readonly<Record<string, string>> = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js' };
const shells = ['sh', 'bash', 'shell', 'console'];

// Inside this package, so that the packages of the workspace resolve from there.
const workbench = resolve('packages/tooling/dist/documentation');

const documents = [
  'README.md',
  ...markdownFiles('docs'),
  ...readdirSync('packages')
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(path)),
];

test.before('clear the workbench', () => rm(workbench, { recursive: true, force: true }));
test.after.always('clear the workbench', () => rm(workbench, { recursive: true, force: true }));

test('code blocks are found with language, flags and line', (t) => {
  const markdown = 'Text\n\n```ts no-run\nlet a;\n\nlet b;\n```\n- item\n  ~~~sh\n  npm test\n  ~~~\n```\nplain\n```\n';
  t.deepEqual(codeBlocks(markdown), [
    { language: 'ts', flags: ['no-run'], code: 'let a;\n\nlet b;\n', line: 4 },
    { language: 'sh', flags: [], code: 'npm test\n', line: 10 },
    { language: '', flags: [], code: 'plain\n', line: 13 },
  ]);
});

test('pages take from adjoint what it passes on', (t) => {
  const { exports } = JSON.parse(readFileSync('packages/adjoint/package.json', 'utf8')) as { exports: object };
  const passed = Object.keys(exports).map((path) => path.replace('./', '@adjoint/'));
  for (const page of markdownFiles('docs'))
    for (const [, entry = ''] of readFileSync(page, 'utf8').matchAll(/from '(@adjoint\/[^']+)'/g))
      t.false(passed.includes(entry), `${page}: import from '${entry.slice(1)}', as the other pages do`);
});

for (const document of documents) {
  const blocks = codeBlocks(readFileSync(document, 'utf8'));

  test.serial(`the programs in ${document} compile and run`, async (t) => {
    const programs = blocks.filter(({ language }) => language in extensions);
    if (programs.length === 0) return t.pass();
    const folder = join(workbench, document.replaceAll('/', '-'));
    await compile(document, programs, folder);
    // One after the other in one process, which loads the packages once.
    const running = programs.filter(({ flags }) => !flags.includes('no-run'));
    const imports = running.map((program) => `await import('./${moduleName(document, program)}.js');`);
    if (imports.length === 0) return t.pass();
    await writeFile(join(folder, 'run', 'all.mjs'), imports.join('\n'));
    await t.notThrowsAsync(runCommand(process.execPath, ['--enable-source-maps', 'all.mjs'], join(folder, 'run')));
  });

  test(`the commands in ${document} exist`, (t) => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const commands = blocks.filter(({ language }) => shells.includes(language)).map(({ code }) => code);
    for (const [command, script = ''] of commands.join('\n').matchAll(/\bnpm (?:run )?(?!run\b)([\w:-]+)/g)) {
      const isScript = command.startsWith('npm run ') || ['start', 'test'].includes(script);
      if (isScript) t.true(script in scripts, `package.json has no script for '${command}'`);
    }
    for (const [command, name] of commands.join('\n').matchAll(/\bnpm run example -- ([\w-]+)/g)) {
      t.true(existsSync(`examples/${name}/package.json`), `there is no example for '${command}'`);
    }
    t.pass();
  });
}

/** Writes each program as a module of one TypeScript project, at the lines that it has in the document, and compiles. */
async function compile(document: string, programs: readonly CodeBlock[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const program of programs) {
    const file = join(folder, `${moduleName(document, program)}.${extensions[program.language]}`);
    await writeFile(file, '\n'.repeat(program.line - 1) + program.code);
  }
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
    include: ['*.ts', '*.js'],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  await runCommand(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '--project', folder]);
}

function moduleName(document: string, { line }: CodeBlock): string {
  return `${basename(document, '.md')}-line-${line}`;
}

function markdownFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}
