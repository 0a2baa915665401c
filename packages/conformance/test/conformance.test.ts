import { readFile } from 'node:fs/promises';
import { WasmBackend } from '@adjoint/backend-wasm';
import { Engine } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import test from 'ava';
import { families, parseCaseFile, runCase } from '../src/index.js';
import { computing, valuesHold, vectors } from './values-hold.js';

// conformance.slow.ts runs the others: the loop interpreter, float64 on the backends that compute, and all of portable
// wasm and of native, whose cases are each a compilation of C.
valuesHold('reference', () => new ReferenceBackend(), 'float64');
valuesHold('portable wasm', () => new WasmBackend({ portable: true }), 'float32', ['conv2d', 'matmul', 'training']);
for (const { name, create } of computing)
  valuesHold(name, () => create({}), 'float32', name === 'native' ? ['conv2d', 'matmul'] : undefined);

/** What a case may look like before it is known to be one. */
type Draft = Record<string, never> & {
  name: string;
  attrs: Record<string, unknown>;
  inputs: Record<string, Draft.Tensor>;
  outputs: Record<string, Draft.Tensor>;
  cotangents?: Record<string, Draft.Tensor>;
  grads?: Record<string, Draft.Tensor>;
  tolerance?: unknown;
};
declare namespace Draft {
  interface Tensor {
    shape: number[];
    dtype: string;
    data: (number | string | boolean)[];
  }
}

/** The first case of a family that fits, changed, and then run. */
async function refusal(
  family: string,
  change: (draft: Draft) => void,
  fits: (draft: Draft) => boolean = () => true,
): Promise<string | undefined> {
  const { cases } = parseCaseFile(await readFile(`${vectors}${family}.json`, 'utf8'));
  const draft = structuredClone((cases as Draft[]).find(fits)!);
  change(draft);
  const engine = new Engine(new ReferenceBackend());
  const reason = await runCase(draft, families.get(family)!, engine, 'float64');
  engine.close();
  return reason;
}

const withOperation =
  (op: string) =>
  (draft: Draft): boolean =>
    draft.attrs['op'] === op;

test('an unchanged case passes', async (t) => {
  t.is(await refusal('conv2d', () => {}), undefined);
});

const wrong: Record<string, { family?: string; op?: string; change: (draft: Draft) => void; reason: RegExp }> = {
  'a changed value': {
    change: ({ outputs: { y } }) => (y!.data[1] = (y!.data[1] as number) + 1e-6),
    reason: /^y: max error 1\.00e-6/,
  },
  'a changed gradient': {
    change: ({ grads }) => (grads!['w']!.data[0] = (grads!['w']!.data[0] as number) * (1 + 1e-6)),
    reason: /^gradient of w: max error/,
  },
  'a changed input': { change: ({ inputs }) => (inputs['x']!.data[3] = 5), reason: /max error/ },
  'a changed cotangent': {
    change: ({ cotangents }) => (cotangents!['y']!.data[0] = 5),
    reason: /^gradient of x: max error/,
  },
  'exchanged gradients': {
    family: 'matmul',
    change: ({ grads }) => ([grads!['a'], grads!['b']] = [grads!['b']!, grads!['a']!]),
    reason: /^gradient of a: (shape|max error)/,
  },
  'another shape of as many elements': {
    change: ({ outputs: { y } }) => y!.shape.reverse(),
    reason: /^y: shape .* expected/,
  },
  'too few elements': {
    change: ({ outputs: { y } }) => y!.data.pop(),
    reason: /outputs\.y: as many elements as the shape holds/,
  },
  'an output too many': { change: ({ outputs }) => (outputs['z'] = outputs['y']!), reason: /unknown outputs: z/ },
  'an output too few': {
    family: 'conv_double_backward',
    change: ({ outputs }) => delete outputs['gw'],
    reason: /outputs missing: gw/,
  },
  'a missing cotangent': {
    family: 'conv_double_backward',
    change: ({ cotangents }) => delete cotangents!['gw'],
    reason: /gradient of x: max error/,
  },
  'no gradients beside cotangents': {
    change: (draft) => delete draft.grads,
    reason: /cotangents and grads, or neither/,
  },
  'a gradient of an unknown input': {
    change: ({ grads }) => (grads!['q'] = grads!['x']!),
    reason: /grads of unknown inputs: q/,
  },
  'a missing input': { change: ({ inputs }) => delete inputs['w'], reason: /inputs missing: w/ },
  'an unknown input': { change: ({ inputs }) => (inputs['q'] = inputs['x']!), reason: /unknown inputs: q/ },
  'an unknown attribute': { change: ({ attrs }) => (attrs['causal'] = true), reason: /causal/ },
  'an unknown value of an attribute': { change: ({ attrs }) => (attrs['padding'] = 'full'), reason: /padding/ },
  'an unknown operation': {
    family: 'elementwise',
    change: ({ attrs }) => (attrs['op'] = 'toString'),
    reason: /unknown operation "toString"/,
  },
  'an unknown key': { change: (draft) => Object.assign(draft, { skip: true }), reason: /skip/ },
  'an unknown dtype': { change: ({ inputs }) => (inputs['x']!.dtype = 'float16'), reason: /inputs\.x\.dtype/ },
  'an integer for a number': {
    family: 'reduction',
    op: 'argMax',
    change: ({ outputs: { y } }) => (y!.dtype = 'float64'),
    reason: /^y: dtype int32, expected float64/,
  },
  'a fraction for an integer': {
    family: 'reduction',
    op: 'argMax',
    change: ({ outputs: { y } }) => (y!.data[0] = 0.5),
    reason: /outputs\.y\.data\.0/,
  },
  'a place one off': {
    family: 'reduction',
    op: 'argMax',
    change: ({ outputs: { y } }) => (y!.data[0] = (y!.data[0] as number) + 1),
    reason: /^y: element 0 is/,
  },
  'a number for a boolean': {
    family: 'reduction',
    op: 'any',
    change: ({ outputs: { y } }) => (y!.data[0] = 1),
    reason: /outputs\.y\.data\.0/,
  },
  'the other truth': {
    family: 'reduction',
    op: 'any',
    change: ({ outputs: { y } }) => (y!.data[0] = !y!.data[0]),
    reason: /^y: element 0 is/,
  },
  'a tolerance of 0': { change: (draft) => (draft.tolerance = { float64: 0 }), reason: /tolerance\.float64/ },
  'a changed Hessian': {
    family: 'hessian_vector',
    change: ({ outputs }) => (outputs['h:conv/weight']!.data[0] = 1),
    reason: /^h:conv\/weight: max error/,
  },
  'another network': {
    family: 'hessian_vector',
    change: ({ attrs }) => Object.assign(attrs['network'] as object, { activation: 'sigmoid' }),
    reason: /^loss: max error/,
  },
  'an unknown activation': {
    family: 'hessian_vector',
    change: ({ attrs }) => Object.assign(attrs['network'] as object, { activation: 'gelu' }),
    reason: /network\.activation/,
  },
};

for (const [what, { family = 'conv2d', op, change, reason }] of Object.entries(wrong)) {
  test(`refused: ${what}`, async (t) => {
    t.regex((await refusal(family, change, op === undefined ? undefined : withOperation(op))) ?? 'passed', reason);
  });
}

/** A case of the special values: (input, output) pairs. */
const special = (op: string, pairs: readonly (readonly [number | string, number | string])[]) => ({
  name: op,
  attrs: { op },
  inputs: { a: { shape: [pairs.length], dtype: 'float64', data: pairs.map(([input]) => input) } },
  outputs: { y: { shape: [pairs.length], dtype: 'float64', data: pairs.map(([, output]) => output) } },
});

for (const [op, pairs, passes] of [
  [
    'log',
    [
      [0, '-Infinity'],
      [-1, 'NaN'],
      ['Infinity', 'Infinity'],
    ],
    true,
  ],
  ['log', [[0, 'Infinity']], false],
  ['log', [[-1, '-Infinity']], false],
  ['sqrt', [[-1, 0]], false],
  ['exp', [[1, 'NaN']], false],
  // JSON writes −0 as 0, so a zero may be meant to have either sign; another small number may not.
  [
    'reciprocal',
    [
      [0, 'Infinity'],
      [0, '-Infinity'],
    ],
    true,
  ],
  ['reciprocal', [[0, 0]], false],
  ['reciprocal', [[1e-320, '-Infinity']], false],
] as const) {
  test(`${passes ? 'passes' : 'refused'}: ${op} ${JSON.stringify(pairs)}`, async (t) => {
    const engine = new Engine(new ReferenceBackend());
    const reason = await runCase(special(op, pairs), families.get('elementwise')!, engine, 'float64');
    t.is(reason === undefined, passes, reason);
    engine.close();
  });
}
