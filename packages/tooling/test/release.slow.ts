import test from 'ava';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.js';
import { publishable } from './projects.js';
import { Release } from './release/consumer.js';

// A release as compilers and checkers of packages see it.

const compilers = ['5.0.4', '5.4.5', '5.6.3', '5.9.3', '6.0.3', '7.0.2'];
const resolutions = {
  bundler: { module: 'es2022', moduleResolution: 'bundler' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
};
/** Packages whose types mention Node's own. */
const forNodeAlone = ['@adjoint/backend-native', '@adjoint/runner-bullmq', '@adjoint/runner-workers'];

const entries = publishable.flatMap(({ manifest }) =>
  Object.keys(manifest.exports ?? {})
    .filter((path) => path !== './package.json' && !path.includes('*'))
    .map((path) => ({
      name: manifest.name + path.slice(1),
      forNode: forNodeAlone.includes(manifest.name) || path.endsWith('/node'),
    })),
);

let release: Release;
let folder: string;

test.before('pack and install', async () => {
  release = await Release.pack();
  const names = release.archives.map(({ manifest }) => manifest.name);
  const typescript = compilers.map((version) => `typescript-${version}@npm:typescript@${version}`);
  const checkers = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5', '@types/node@20.19.0'];
  folder = await release.installed('types', [...names, ...typescript, ...checkers], {
    'all.ts': program(entries),
    'portable.ts': program(entries.filter(({ forNode }) => !forNode)),
  });
});

test.after.always('remove', () => release?.remove());

for (const version of compilers) {
  for (const [name, resolution] of Object.entries(resolutions)) {
    for (const dom of [true, false]) {
      for (const node of [true, false]) {
        const surroundings = [dom && 'DOM', node && 'Node'].filter(Boolean).join(' and ') || 'neither DOM nor Node';
        test.serial(`types under TypeScript ${version}, ${name}, with ${surroundings}`, async (t) => {
          const compilerOptions = {
            ...resolution,
            target: 'es2022',
            strict: true,
            noEmit: true,
            lib: ['es2023', ...(dom ? ['dom', 'dom.iterable'] : [])],
            types: node ? ['node'] : [],
          };
          const project = join(folder, `tsconfig.${version}.${name}.${dom}.${node}.json`);
          await writeFile(project, JSON.stringify({ compilerOptions, files: [node ? 'all.ts' : 'portable.ts'] }));
          const tsc = `node_modules/typescript-${version}/bin/tsc`;
          const check = runCommand(process.execPath, [tsc, '--project', project], folder);
          const errors = (await check.then(() => '', String)).split('\n').filter((line) => line.includes('error TS'));
          // Declarations of other libraries need what they need.
          t.deepEqual(
            errors.filter((line) => !/node_modules\/(?!@adjoint\/|adjoint\/)/.test(line)),
            [],
          );
        });
      }
    }
  }
}

test.serial('publint and attw find nothing', async (t) => {
  for (const { path, manifest } of release.archives) {
    const publint = ['publint', `node_modules/${manifest.name}`, '--pack', 'false', '--strict'];
    await t.notThrowsAsync(runCommand('npx', publint, folder), path);
    await t.notThrowsAsync(runCommand('npx', ['attw', path, '--profile', 'esm-only'], folder), path);
  }
});

function program(list: readonly { name: string }[]): string {
  const imports = list.map(({ name }, i) => `import * as entry${i} from '${name}';`);
  return `${imports.join('\n')}\nexport { ${list.map((_, i) => `entry${i}`).join(', ')} };\n`;
}
