import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parseCaseFile } from '../src/index.js';

const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
const vectors = fileURLToPath(new URL('../../vectors/', import.meta.url));

function conformance(...args: string[]): { status: number | null; lines: string[] } {
  const { status, stdout } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

/** A directory with the given files, removed when the test ends. */
function directory(t: { teardown(undo: () => void): void }, files: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'adjoint-conformance-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

test('prints a line per family and the totals', (t) => {
  const { status, lines } = conformance(
    vectors,
    '--backend',
    'reference',
    '--only',
    'matmul',
    '--only',
    'shape,conv1d',
  );
  t.is(status, 0);
  t.deepEqual(lines, [
    'conv1d: 39 passed, 0 failed',
    'matmul: 13 passed, 0 failed',
    'shape: 34 passed, 0 failed',
    '86 passed, 0 failed, 0 skipped',
  ]);
});

// All families on all backends are in conformance.test; here it is the command that is tried.
const some = ['attention', 'matmul', 'optimizers_formula', 'penalties'];

for (const options of [[], ['--backend', 'reference', '--dtype', 'float32']]) {
  test(`passes vectors of its own with ${options.join(' ') || 'no option'}`, (t) => {
    const { status, lines } = conformance(vectors, '--only', some.join(), ...options);
    t.is(status, 0, lines.join('\n'));
    const files = some.map((name) => parseCaseFile(readFileSync(join(vectors, `${name}.json`), 'utf8')));
    const total = files.reduce((count, { cases }) => count + cases.length, 0);
    t.is(lines.at(-1), `${total} passed, 0 failed, 0 skipped`);
  });
}

test('a family that the library does not have counts as failed', (t) => {
  const path = directory(t, {
    'telepathy.json': JSON.stringify({
      family: 'telepathy',
      source: 'none',
      cases: [{ name: 'telepathy/000' }, { name: 'telepathy/001' }],
    }),
  });
  cpSync(join(vectors, 'matmul.json'), join(path, 'matmul.json'));
  const { status, lines } = conformance(path, '--backend', 'reference');
  t.is(status, 1);
  t.true(lines.includes("  ✘ telepathy/001: unknown family 'telepathy'"));
  t.is(lines.at(-1), '13 passed, 2 failed, 0 skipped');
});

test('files that cannot be read count as failed', (t) => {
  const path = directory(t, {
    'a.json': '{"family": "conv2d", "cas',
    'b.json': '{"family": "conv2d", "cases": []}',
    'c.json': '{"cases": [{}]}',
    'd.json': '{"family": "conv2d", "cases": [7, {}]}',
  });
  const { status, lines } = conformance(path, '--backend', 'reference');
  t.is(status, 1);
  t.is(lines.at(-1), '0 passed, 5 failed, 0 skipped');
});

test('a directory without files, one that is not there, and a family that is not in it fail', (t) => {
  const path = directory(t, {});
  for (const args of [[path], [join(path, 'none')], [vectors, '--only', 'telepathy']]) {
    const { status, lines } = conformance(...args, '--backend', 'reference');
    t.is(status, 1);
    t.is(lines.at(-1), '0 passed, 1 failed, 0 skipped');
  }
});

test('a command line that is not understood says how it is used', (t) => {
  for (const args of [
    [],
    [vectors, vectors],
    [vectors, '--backend', 'abacus'],
    [vectors, '--backend', 'reference', '--dtype', 'int32'],
    [vectors, '--skip'],
  ]) {
    t.is(conformance(...args).status, 2, args.join(' '));
  }
});

test('runs the official models of ONNX, and fails where there are none', (t) => {
  const { status, lines } = conformance('--onnx', fileURLToPath(new URL('../../onnx/', import.meta.url)));
  t.is(status, 0);
  t.deepEqual(lines, [
    'node: 59 of 59 passed',
    'pytorch-converted: 7 of 7 passed',
    'pytorch-operator: 4 of 4 passed',
    'simple: 2 of 2 passed',
  ]);
  t.is(conformance('--onnx', directory(t, {})).status, 1);
  t.is(conformance('--onnx', '/nowhere').status, 2);
});
