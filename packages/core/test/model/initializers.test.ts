import test from 'ava';
import { RandomSource, type Choice } from '../../src/index.js';
import { tinyApp } from '../tiny.js';

const { registry } = tinyApp();
const fans = { fanIn: 40, fanOut: 60 };
const size = 20_000;

function draw(initializer: Choice<'initializer'>): Float64Array {
  return Float64Array.from(
    registry.create('initializer', initializer)([size], { ...fans, random: new RandomSource(1) }),
  );
}

test('constants fill the parameter', (t) => {
  t.true(draw('zeros').every((value) => value === 0));
  t.true(draw('ones').every((value) => value === 1));
  t.true(draw({ constant: { value: 0.25 } }).every((value) => value === 0.25));
});

// Limits and deviations by the formulas of the papers, for fan in 40 and fan out 60.
const uniforms: readonly [Choice<'initializer'>, number][] = [
  [{ uniform: { limit: 0.3 } }, 0.3],
  ['glorotUniform', Math.sqrt(6 / 100)],
  ['heUniform', Math.sqrt(6 / 40)],
  ['fanInUniform', 1 / Math.sqrt(40)],
];
const normals: readonly [Choice<'initializer'>, number][] = [
  [{ normal: { deviation: 0.3 } }, 0.3],
  ['glorotNormal', Math.sqrt(2 / 100)],
  ['heNormal', Math.sqrt(2 / 40)],
  ['lecunNormal', Math.sqrt(1 / 40)],
];

/** Mean and standard deviation within five standard errors of what they should be. */
function isDistributed(values: Float64Array, deviation: number, kurtosis: number): boolean {
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
  const meanError = deviation / Math.sqrt(size);
  const varianceError = deviation ** 2 * Math.sqrt((kurtosis - 1) / size);
  return Math.abs(mean) < 5 * meanError && Math.abs(variance - deviation ** 2) < 5 * varianceError;
}

test('uniform initializers stay within their limit and fill it', (t) => {
  for (const [choice, limit] of uniforms) {
    const values = draw(choice);
    t.true(values.every((value) => Math.abs(value) <= Math.fround(limit)));
    t.true(isDistributed(values, limit / Math.sqrt(3), 9 / 5), JSON.stringify(choice));
  }
});

test('normal initializers have their deviation', (t) => {
  for (const [choice, deviation] of normals) t.true(isDistributed(draw(choice), deviation, 3), JSON.stringify(choice));
});

test('gains follow the activation, and he may look at the outputs', (t) => {
  t.true(isDistributed(draw({ glorotNormal: { gain: 'tanh' } }), (5 / 3) * Math.sqrt(2 / 100), 3));
  t.true(isDistributed(draw({ heNormal: { fan: 'out', gain: 1 } }), Math.sqrt(1 / 60), 3));
  t.true(isDistributed(draw('lecunUniform'), Math.sqrt(1 / 40), 9 / 5));
});

test('truncatedNormal keeps within its bound, with the deviation of the cut distribution', (t) => {
  const values = draw({ truncatedNormal: { deviation: 0.5 } });
  t.true(values.every((value) => Math.abs(value) <= 1));
  // Var = 1 − 2·2·φ(2)/(2Φ(2) − 1) = 0.7737 for a bound of 2, and the fourth moment is 1.4160 (Johnson et al. 1994, 13.10.1).
  t.true(isDistributed(values, 0.5 * Math.sqrt(0.773_741_3), 1.416 / 0.773_741_3 ** 2));
});

function weights(initializer: Choice<'initializer'>, shape: readonly number[]): number[] {
  return [...registry.create('initializer', initializer)(shape, { ...fans, random: new RandomSource(1) })];
}

test('orthogonal has rows, or columns, of one length at right angles', (t) => {
  for (const [rows, columns] of [
    [3, 5],
    [6, 2],
  ] as const) {
    const w = weights({ orthogonal: { gain: 2 } }, [rows, columns]);
    const tall = rows > columns;
    const at = (direction: number, i: number): number =>
      tall ? w[i * columns + direction]! : w[direction * columns + i]!;
    const [count, length] = tall ? [columns, rows] : [rows, columns];
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        const product = Array.from({ length }, (_, i) => at(a, i) * at(b, i)).reduce((sum, part) => sum + part, 0);
        t.true(Math.abs(product - (a === b ? 4 : 0)) < 1e-12, `${a}·${b} is ${product}`);
      }
    }
  }
});

test('dirac passes channels on, in each group', (t) => {
  t.deepEqual(weights('dirac', [3, 2, 3]), [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  t.deepEqual(weights({ dirac: { groups: 2 } }, [4, 1]), [1, 0, 1, 0]);
});
