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
