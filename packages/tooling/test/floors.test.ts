import test from 'ava';
import { join, normalize } from 'node:path';
import { importsOf, type Import } from './imports.js';
import { publishable, type Project } from './projects.js';

/** The folders of core, lowest first: each may import only from those before it. */
const floors = [
  'errors',
  'value-text',
  'not-inferred',
  'signal',
  'registry',
  'tensor',
  'math',
  'random',
  'loops',
  'graph',
  'autograd',
  'compiler',
  'backend',
  'engine',
  'inspect',
  'profile',
  'events',
  'data',
  'model',
  'training',
  'app',
  'testing',
  'index',
];

test('a folder of core imports only from the folders below it', (t) => {
  const core = publishable.find(({ manifest }) => manifest.name === '@adjoint/core')!;
  const links = linksOf(core);
  t.deepEqual(
    [...new Set(links.flatMap(({ from, to }) => [from, to]))].filter((folder) => !floors.includes(folder)),
    [],
    'a folder without a floor',
  );
  const upwards = links.filter(({ from, to }) => from !== 'index' && floors.indexOf(to) > floors.indexOf(from));
  t.deepEqual(upwards.map(describe), []);
});

for (const project of publishable) {
  test(`no cycle between the folders of ${project.manifest.name}`, (t) => {
    t.deepEqual(cycleOf(linksOf(project)), []);
  });
}

test('a cycle between folders is found', (t) => {
  const link = (from: string, to: string): Link => ({ from, to, file: `${from}.ts` });
  t.deepEqual(cycleOf([link('a', 'b'), link('b', 'c')]), []);
  t.deepEqual(cycleOf([link('a', 'b'), link('b', 'c'), link('c', 'b')]), ['b → c (b.ts)', 'c → b (c.ts)']);
});

/** An import that leaves its folder. */
interface Link {
  readonly from: string;
  readonly to: string;
  readonly file: string;
}

function describe({ from, to, file }: Link): string {
  return `${from} → ${to} (${file})`;
}

function linksOf(project: Project): Link[] {
  const folderOf = (file: string): string =>
    file
      .slice(`${project.directory}/src/`.length)
      .split('/', 1)[0]!
      .replace(/\.[jt]s$/, '');
  return importsOf(project)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ file, specifier }: Import) => ({
      file,
      from: folderOf(file),
      to: folderOf(normalize(join(file, '..', specifier))),
    }))
    .filter(({ from, to }) => from !== to);
}

/** The links that are left when folders that nothing leads on from, or nothing leads to, are taken away again and again. */
function cycleOf(links: readonly Link[]): string[] {
  const sources = new Set(links.map(({ from }) => from));
  const targets = new Set(links.map(({ to }) => to));
  const inside = links.filter(({ from, to }) => sources.has(to) && targets.has(from));
  return inside.length === links.length ? inside.map(describe) : cycleOf(inside);
}
