import test from 'ava';
import { expectTypeOf } from 'expect-type';
import {
  apply,
  concatenatePrimitive,
  convolutionPrimitive,
  definePrimitive,
  flipPrimitive,
  iotaPrimitive,
  mulPrimitive,
} from '../../src/graph/index.js';
import { Engine, type Tensor, type TensorType } from '../../src/index.js';
import { ReferenceBackend } from '../../src/backend/index.js';

// What must not compile is marked @ts-expect-error: the build fails when one of them compiles.

const engine = new Engine(new ReferenceBackend());
const x = engine.tensor([1, 2, 3]);

test('a primitive is applied to as many inputs as it takes', (t) => {
  t.deepEqual(apply(mulPrimitive, [x, x], undefined).inputs, [x, x]);
  t.deepEqual(apply(iotaPrimitive, [], { shape: [2], axis: 0, dtype: 'int32' }).inputs, []);
  t.is(apply(concatenatePrimitive, [x, x, x], { axis: 0 }).size, 9);

  // @ts-expect-error A product has two factors.
  t.throws(() => apply(mulPrimitive, [x], undefined));
  // @ts-expect-error Nothing is flipped.
  t.throws(() => apply(flipPrimitive, [], { axes: [0] }));
  // @ts-expect-error A flip takes one tensor.
  t.notThrows(() => apply(flipPrimitive, [x, x], { axes: [0] }));
  // @ts-expect-error How many tensors there are is not known.
  t.notThrows(() => apply(mulPrimitive, [x, x] as readonly Tensor[], undefined));
});

test('rules see their inputs one by one', (t) => {
  expectTypeOf(convolutionPrimitive.infer).parameter(0).toEqualTypeOf<readonly [x: TensorType, w: TensorType]>();
  expectTypeOf(concatenatePrimitive.infer).parameter(0).toEqualTypeOf<readonly TensorType[]>();

  const secondPrimitive = definePrimitive<undefined, [a: Tensor, b: Tensor]>({
    name: 'second',
    infer: ([, b]) => b,
    vjp: (node, cotangent, needed) => {
      expectTypeOf(node.inputs).toEqualTypeOf<[a: Tensor, b: Tensor]>();
      return [undefined, needed[1] ? cotangent : undefined];
    },
    compute: ([, b], _, output) => output.data.set(b.data),
    lowering: { kind: 'point', expression: ({ inputs: [, b] }, indices, { at }) => at(b, indices) },
  });
  t.is(apply(secondPrimitive, [x, engine.tensor([4, 5])], undefined).size, 2);

  definePrimitive<undefined, [a: Tensor, b: Tensor]>({
    ...secondPrimitive,
    // @ts-expect-error There are cotangents for two inputs.
    vjp: (_, cotangent) => [cotangent],
  });
});
