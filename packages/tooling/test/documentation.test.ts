import test from 'ava';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from './code-blocks.js';
import { faultsOf } from './run-documents.js';

// What the documents show must be true: their programs compile and run, and their commands exist. A program that
// cannot run by itself (it needs a browser, a file or much time) is marked ```ts no-run, and is still type-checked.
const shells = ['sh', 'bash', 'shell', 'console'];

const paths = [
  'README.md',
  ...markdownFiles('docs'),
  ...readdirSync('packages')
    .map((name) => `packages/${name}/README.md`)
    .filter((path) => existsSync(path)),
];
const documents = new Map(paths.map((path) => [path, codeBlocks(readFileSync(path, 'utf8'))]));
let faults: ReadonlyMap<string, string>;

test.before('compile and run the programs', async () => {
  faults = await faultsOf(documents);
});

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

for (const [path, blocks] of documents) {
  test(`the programs in ${path} compile and run`, (t) => {
    t.is(faults.get(path), undefined);
  });

  test(`the commands in ${path} exist`, (t) => {
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

function markdownFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.md')).map((name) => join(folder, name));
}
