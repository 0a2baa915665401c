import test from 'ava';
import { createApp, hostTensor, type Choice } from '@adjoint/core';
import { meanLoss } from '@adjoint/core/testing';
import { near } from '@adjoint/reference-values';
import { losses } from '../src/index.js';

const app = createApp({ plugins: [losses], backend: 'reference' });
test.after(() => app.close());

const [times, classes] = [4, 3];
const logits = Array.from({ length: times }, (_, t) =>
  Array.from({ length: classes }, (_unused, k) => Math.sin(3 * t + 5 * k)),
);

/** −ln Σ over all paths that read as the text, one by one. */
function byPaths(rows: readonly (readonly number[])[], text: readonly number[], blank: number): number {
  let total = 0;
  for (let path = 0; path < classes ** rows.length; path++) {
    const labels = rows.map((_, t) => Math.floor(path / classes ** t) % classes);
    const read = labels.filter((label, t) => label !== blank && label !== labels[t - 1]);
    if (read.join() !== text.join()) continue;
    total += labels.reduce((product, label, t) => {
      const powers = rows[t]!.map(Math.exp);
      return (product * powers[label]!) / powers.reduce((sum, power) => sum + power, 0);
    }, 1);
  }
  return -Math.log(total);
}

async function ctc(
  options: Extract<Choice<'loss'>, { readonly ctc: unknown }>['ctc'],
  labels: readonly number[],
  rows = logits,
  counts: readonly number[] = [],
): Promise<number> {
  const loss = app.registry.create('loss', { ctc: options });
  const target = [
    app.tensor(Int32Array.from(labels), [1, labels.length]),
    ...counts.map((n) => app.tensor(Int32Array.of(n))),
  ];
  return meanLoss(loss, { output: app.tensor(hostTensor([rows], undefined, 'float64')), target }).item();
}

test('the loss is that of all paths together', async (t) => {
  for (const text of [[1], [2, 1], [1, 1], [1, 2, 1], [2, 2], [1, 2, 1, 2]])
    near(t, await ctc({}, text), byPaths(logits, text, 0), 1e-9, text.join(' '));
  for (const text of [[0], [0, 1], [1, 1]])
    near(t, await ctc({ blank: 2 }, text), byPaths(logits, text, 2), 1e-9, text.join(' '));
});

test('texts end where blanks begin, or at their lengths, and times where they are said to', async (t) => {
  near(t, await ctc({}, [2, 1, 0, 0]), byPaths(logits, [2, 1], 0));
  near(t, await ctc({}, [0, 0]), byPaths(logits, [], 0));
  near(t, await ctc({}, [2, 1, 2, 2], logits, [3, 2]), byPaths(logits.slice(0, 3), [2, 1], 0));
  near(t, await ctc({ perLabel: true }, [2, 1, 0]), byPaths(logits, [2, 1], 0) / 2);
});

test('a text that does not fit into its times is impossible', async (t) => {
  // Equal labels need a blank between them.
  t.is(await ctc({}, [1, 1, 1]), Infinity);
  t.is(await ctc({ zeroInfinity: true }, [1, 1, 1]), 0);
});

test('labels and lengths that cannot be are refused', (t) => {
  const { check } = app.registry.create('loss', 'ctc');
  const type = { shape: [times, classes], dtype: 'float32' } as const;
  const row = (...labels: number[]) => hostTensor(Int32Array.from(labels), [1, labels.length]);
  t.notThrows(() => check!([row(1, 2, 0)], type));
  t.throws(() => check!([row(1, 3)], type), { message: /a label is 3; .* from 0 to 2/ });
  t.throws(() => check!([row(1, -1)], type), { code: 'DATA_INVALID' });
  t.throws(() => check!([row(1, 2), row(5)], type), { message: /a number of times is 5; .* 1 to 4/ });
  t.throws(() => check!([row(1, 2), row(4), row(3)], type), { message: /a length is 3; .* 0 to 2/ });
});
