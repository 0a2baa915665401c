import { execFile } from 'node:child_process';
import { access, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { create, templates, type Template } from '../src/index.js';

const run = promisify(execFile);
const own = fileURLToPath(new URL('../../node_modules', import.meta.url));
const compiler = fileURLToPath(new URL('../../../../node_modules/typescript/bin/tsc', import.meta.url));
const typesOfNode = fileURLToPath(new URL('../../../../node_modules/@types', import.meta.url));

let parent: string;
test.before(async () => (parent = await mkdtemp(join(tmpdir(), 'adjoint-create-'))));
test.after.always(() => rm(parent, { recursive: true, force: true }));

for (const template of Object.keys(templates) as Template[]) {
  test(`${template}: its files name the package, and nothing is left to fill in`, async (t) => {
    const directory = join(parent, `files-${template}`);
    const files = await create({ template, directory, name: '@acme/my-thing' });
    t.true(files.includes('.gitignore') && files.includes('README.md') && files.includes('package.json'));
    for (const file of files)
      t.notRegex(await readFile(join(directory, file), 'utf8'), /PACKAGE_NAME|VENDOR|ADJOINT_[A-Z]/, file);
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { name: string };
    t.is(manifest.name, '@acme/my-thing');
  });
}

// The packages of the workspace stand in for those that npm would install.
for (const template of ['app', 'plugin'] as const) {
  test(`${template}: it compiles, and its tests pass`, async (t) => {
    t.timeout(300_000);
    const directory = join(parent, template);
    await create({ template, directory, name: `adjoint-${template}` });
    await symlink(own, join(directory, 'node_modules'));
    await run(process.execPath, [compiler, '--typeRoots', typesOfNode, '--preserveSymlinks', 'false'], {
      cwd: directory,
    });
    const tests = (await readdir(join(directory, 'dist'))).filter((name) => name.endsWith('.test.js'));
    const { stdout } = await run(process.execPath, ['--test', ...tests.map((name) => join('dist', name))], {
      cwd: directory,
    });
    t.regex(stdout, /# pass [1-9]/);
    t.regex(stdout, /# fail 0/);
    if (template === 'plugin') return;
    await run(process.execPath, [join('dist', 'train.js')], { cwd: directory });
    await t.notThrowsAsync(access(join(directory, 'output/model.safetensors')));
  });
}

test('page: it compiles', async (t) => {
  t.timeout(300_000);
  const directory = join(parent, 'page');
  await create({ template: 'page', directory, name: 'page' });
  await symlink(own, join(directory, 'node_modules'));
  // What the page uses of vite/client, which is not installed here.
  await writeFile(
    join(directory, 'src/vite.d.ts'),
    "declare module '*?url' { const url: string; export default url; }",
  );
  await t.notThrowsAsync(run(process.execPath, [compiler, '--types', ''], { cwd: directory }));
});

test('a folder with something in it, an unknown template and an odd name are refused', async (t) => {
  const directory = join(parent, 'full');
  await create({ template: 'app', directory });
  await t.throwsAsync(create({ template: 'app', directory }), { message: /is not empty/ });
  await t.throwsAsync(create({ template: 'apps' as 'app', directory: join(parent, 'x') }), {
    message: /there are app, page/,
  });
  await t.throwsAsync(create({ template: 'app', directory: join(parent, 'y'), name: 'My App' }), {
    message: /lower-case/,
  });
  t.deepEqual(
    (await readdir(parent)).filter((name) => ['x', 'y'].includes(name)),
    [],
  );
});

test('the vendor before registered names is the scope, or the name without adjoint-', async (t) => {
  for (const [name, vendor] of [
    ['@acme/adjoint-gate', 'acme'],
    ['adjoint-swish', 'swish'],
    ['tools', 'tools'],
  ] as const) {
    const directory = join(parent, `vendor-${vendor}`);
    await create({ template: 'plugin', directory, name });
    t.true((await readFile(join(directory, 'src/index.ts'), 'utf8')).includes(`'${vendor}/gate'`));
  }
});
