import test from 'ava';
import fc from 'fast-check';
import { add, Engine, isAdjointError, matmul, where, type Tensor } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';
import { broadcastShapes } from '../../src/graph/index.js';

const engine = new Engine(new ReferenceBackend());
const counting = (shape: readonly number[], from: number): Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  return engine.tensor(
    Float64Array.from({ length: size }, (_, i) => from + i),
    shape,
  );
};

/** Element of a broadcast tensor by numpy's rule: axes align at the last, an extent of 1 stands for any. */
function elementAt(tensor: Tensor, index: readonly number[], data: ArrayLike<number>): number {
  const own = index.slice(index.length - tensor.rank).map((i, axis) => (tensor.shape[axis] === 1 ? 0 : i));
  return data[own.reduce((flat, i, axis) => flat * tensor.shape[axis]! + i, 0)]!;
}

const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 });

test('operands broadcast by the rule of numpy, or are refused', async (t) => {
  await fc.assert(
    fc.asyncProperty(shape, shape, async (left, right) => {
      const rank = Math.max(left.length, right.length);
      const extents = Array.from(
        { length: rank },
        (_, axis) => [left[left.length - rank + axis] ?? 1, right[right.length - rank + axis] ?? 1] as const,
      );
      const [a, b] = [counting(left, 0), counting(right, 100)];
      if (extents.some(([l, r]) => l !== r && l !== 1 && r !== 1)) {
        const error = t.throws(() => add(a, b));
        t.true(isAdjointError(error) && error.code === 'SHAPE_MISMATCH');
        t.true(error!.message.includes(`[${left.join(', ')}] and [${right.join(', ')}]`));
        return;
      }
      const y = add(a, b);
      t.deepEqual(
        [...y.shape],
        extents.map(([l, r]) => Math.max(l, r)),
      );
      const data = await y.data();
      for (let flat = 0; flat < y.size; flat++) {
        const index: number[] = [];
        for (let axis = rank - 1, rest = flat; axis >= 0; rest = Math.floor(rest / y.shape[axis]!), axis--)
          index.unshift(rest % y.shape[axis]!);
        t.is(data[flat], elementAt(a, index, a.value!.data) + elementAt(b, index, b.value!.data));
      }
    }),
  );
});

test('extents of 0 broadcast as any other', (t) => {
  t.deepEqual(
    broadcastShapes(
      [
        [0, 3],
        [1, 3],
      ],
      'add',
    ),
    [0, 3],
  );
  t.deepEqual(broadcastShapes([[2, 1], [0]], 'add'), [2, 0]);
  t.throws(() => broadcastShapes([[0], [2]], 'add'));
});

test('dtypes never mix silently', (t) => {
  const mixed = (run: () => Tensor): void => {
    const error = t.throws(run);
    t.true(isAdjointError(error) && error.code === 'DTYPE_MISMATCH');
    t.regex(error!.message, /cast/);
  };
  const [float32, float64, int32, bool] = [
    engine.tensor([1, 2]),
    engine.tensor([1, 2], undefined, 'float64'),
    engine.tensor([1, 2], undefined, 'int32'),
    engine.tensor([true, false]),
  ];
  mixed(() => float32.add(float64));
  mixed(() => float32.mul(int32));
  mixed(() => int32.maximum(bool));
  mixed(() => bool.add(bool));
  mixed(() => int32.div(int32));
  mixed(() => int32.exp());
  mixed(() => matmul(float32, float64));
  t.throws(() => where(float32, 1, 2), { message: /bool condition/ });
  t.throws(() => int32.add(0.5), { message: /not an int32/ });
});

test('a bare number takes the dtype of the tensor', (t) => {
  for (const dtype of ['float32', 'float64', 'int32'] as const)
    t.is(engine.tensor([1], undefined, dtype).add(1).dtype, dtype);
});
