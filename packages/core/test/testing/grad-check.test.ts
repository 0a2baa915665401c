import test from 'ava';
import { exp, gradCheck, isAdjointError, log, mul, relu, sum, where, greater, withVjp } from '../../src/index.js';

test('reports how many derivatives were compared and the worst of them', async (t) => {
  const { compared, worst } = await gradCheck((x, y) => mul(exp(x), y), [[0.5, -1, 2], 3], { order: 2 });
  t.is(compared, 8);
  t.true(worst!.error < 1e-8);
});

test('several outputs, scalars and integer inputs are taken', async (t) => {
  const { compared } = await gradCheck(
    (x, mask) => [where(greater(mask, 0), x, 0), sum(log(x))],
    [[1, 2], { data: Int32Array.of(1, -1), shape: [2], dtype: 'int32' }],
  );
  t.is(compared, 2);
});

test('a wrong vjp is found, and the element is named', async (t) => {
  const wrong = (power: number) =>
    gradCheck(
      (x) =>
        withVjp(
          'cube',
          [x],
          () => mul(mul(x, x), x),
          (g) => [mul(g, mul(mul(x, x), power))],
        ),
      [[[1, 2]]],
    );
  await t.notThrowsAsync(wrong(3));
  const error = await t.throwsAsync(wrong(2));
  t.true(isAdjointError(error) && error.code === 'GRADIENT_INVALID');
  t.regex(error!.message, /order 1 by input 0 at \[0, 1\] is -?[\d.]+, but the difference quotient is/);
});

test('a wrong derivative of a derivative is found in the second order', async (t) => {
  // d/dx = 3x² with a gradient of its own that is wrong.
  const f = () =>
    gradCheck(
      (x) =>
        withVjp(
          'cube',
          [x],
          () => mul(mul(x, x), x),
          (g) => [
            mul(
              g,
              withVjp(
                'square',
                [x],
                () => mul(mul(x, x), 3),
                (h) => [h],
              ),
            ),
          ],
        ),
      [[1, 2]],
      { order: 2 },
    );
  await t.throwsAsync(f(), { message: /order 2/ });
});

test('a kink between the two points and a NaN do not pass', async (t) => {
  await t.throwsAsync(gradCheck(relu, [[1e-6]], { step: 1e-5 }), {
    message: /is 1, but the difference quotient is 0\.5/,
  });
  await t.throwsAsync(gradCheck(log, [[-1]]), { message: /NaN/ });
});
