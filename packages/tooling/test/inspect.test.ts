import test from 'ava';
import { isNativeAvailable } from '@adjoint/backend-native';
import { runCommand } from './command.js';

const network = 'examples/fashion-mnist/src/network.ts';

function inspect(...args: string[]): Promise<string> {
  return runCommand(process.execPath, ['packages/tooling/scripts/inspect.mjs', ...args]);
}

for (const backend of ['wasm', 'native']) {
  test(`the main job's training step on ${backend}, every stage`, async (t) => {
    if (backend === 'native' && !isNativeAvailable()) return t.pass();
    const text = await inspect(network, '--backend', backend);
    const stages = [...text.matchAll(/^(\w+)\n─+$/gm)].map(([, stage]) => stage);
    t.deepEqual(stages, ['graph', 'simplified', 'regions', 'loops', 'memory', 'code']);
    t.regex(text, /^ +t0 = 0 ≤ k \+ n − 1 < 28 and 0 ≤ m \+ p − 1 < 28 \? inputs\[784·i/m);
    t.regex(text, /^ {2}stores +add %\d+ as conv2d\/weight, since it is the new value of a variable$/m);
  });
}

test('one stage alone', async (t) => {
  const text = await inspect(network, '--stage', 'memory');
  t.regex(text, /^arena of \d+ bytes\n/);
});

test('a command line that cannot be carried out says why, and how it is used', async (t) => {
  const usage = /Usage: npm run inspect -- FILE/;
  for (const [args, message] of [
    [[], /Name one module/],
    [[network, '--stage', 'middle'], /There is no stage 'middle'/],
    [[network, '--backend', 'cuda'], /There is no backend 'cuda'/],
    [['nowhere.ts'], /There is no file .*nowhere\.ts/],
    [['packages/core/src/errors.ts'], /has no function as its default export/],
  ] as const) {
    const { message: text } = (await t.throwsAsync(inspect(...args)))!;
    t.regex(text, message);
    t.regex(text, usage);
  }
});
