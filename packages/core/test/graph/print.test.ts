import test from 'ava';
import { Engine, gradients, literal, mul, printGraph } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { convolution } from '../../src/graph/index.js';

const engine = new Engine(new ReferenceBackend());

test('text: one numbered line per node, inputs first', (t) => {
  const x = engine.tensor([1, 2, 3]);
  t.is(
    printGraph([mul(x, literal(2)).sum()]),
    [
      '%0 = constant(): float32 [3]',
      '%1 = literal(): float32 [] {value: 2}',
      '%2 = broadcastTo(%1): float32 [3]',
      '%3 = mul(%0, %2): float32 [3]',
      '%4 = sum(%3): float32 [] {axes: [0], keepDims: false} → result',
    ].join('\n'),
  );
});

test('the backward pass of a convolution is made of convolutions', (t) => {
  const x = engine.tensor(new Float32Array(36), [1, 1, 1, 6, 6]);
  const w = engine.tensor(new Float32Array(9), [1, 1, 1, 3, 3]);
  const attributes = {
    stride: [2, 2],
    padding: [
      [1, 1],
      [1, 1],
    ],
    inputDilation: [1, 1],
    kernelDilation: [1, 1],
  } as const;
  const y = convolution(x, w, attributes);
  const [dx, dw] = gradients(y, [x, w], engine.tensor(new Float32Array(9), y.shape)) as [typeof x, typeof w];
  const lines = printGraph({ y, dx, dw }).split('\n');
  const of = (name: string): string => lines.find((line) => line.endsWith(`→ ${name}`))!;
  // Stride and input dilation exchanged, padding K − 1 − p and K − 1 − p + r with K = 3, p = 1, r = (6 + 2 − 3) mod 2 = 1.
  t.regex(
    of('dx'),
    /convolution\(.*stride: \[1, 1\], inputDilation: \[2, 2\], kernelDilation: \[1, 1\], padding: \[\[1, 2\], \[1, 2\]\]/,
  );
  t.true(lines.some((line) => /convolution\(.*kernelDilation: \[2, 2\], padding: \[\[1, 0\], \[1, 0\]\]/.test(line)));
  const linear = ['constant', 'convolution', 'flip', 'transpose'];
  t.true(
    lines.every((line) => linear.includes(/= (\w+)\(/.exec(line)![1]!)),
    lines.join('\n'),
  );
});

test('mermaid and dot: a box per node, an arrow per use, convolutions marked', (t) => {
  const x = engine.tensor(new Float32Array(6), [1, 2, 3]);
  const y = convolution(x, x, { stride: [], padding: [], inputDilation: [], kernelDilation: [] });
  t.deepEqual(printGraph({ y }, { format: 'mermaid' }).split('\n'), [
    'flowchart TD',
    '  n0["constant<br>float32 [1, 2, 3]"]',
    '  n1["y = convolution<br>float32 [1, 2, 2]<br>stride: [], padding: [], inputDilation: [], kernelDilation: []"]',
    '  n0 --> n1',
    '  n0 --> n1',
    '  classDef convolution fill:#fde68a,stroke:#b45309,color:#000',
    '  class n1 convolution',
  ]);
  const dot = printGraph([y], { format: 'dot' });
  t.regex(dot, /^digraph \{[^]*\}$/);
  t.regex(dot, /n1 \[label="convolution\\nfloat32 \[1, 2, 2\]\\n.*" style=filled/);
  t.is(dot.match(/n0 -> n1/g)?.length, 2);
});

test('quotes in a name are escaped', (t) => {
  t.regex(printGraph({ 'a"b': literal(1) }, { format: 'dot' }), /label="a\\"b = literal/);
  t.regex(printGraph({ 'a"b': literal(1) }, { format: 'mermaid' }), /"a#quot;b = literal/);
});
