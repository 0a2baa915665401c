import { gradCheck } from './grad-check.js';
import { Engine } from '../engine/engine.js';
import { isAdjointError } from '../errors.js';
import { add, mul, type Tensor, type TensorType } from '../graph/index.js';
import { topologicalOrder } from '../graph/topological-order.js';
import { RandomSource } from '../random/random-source.js';
import { isFloat, type DType } from '../tensor/dtype.js';
import { hostTensor, type HostTensor } from '../tensor/host-tensor.js';
import { checkShape } from '../tensor/shape.js';
import { differenceOf } from './difference.js';
import { evaluateGraph } from './evaluate-graph.js';
import { LoopInterpreterBackend } from './loop-interpreter-backend.js';
import { randomShape } from './random-tensor.js';
import { withAssertions, type Assertions, type TestFunction } from './test-function.js';

/** Random uses of a primitive. */
export interface PrimitiveSample {
  /** The primitive's name. */
  readonly name: string;
  /** Inputs (floats in float64, away from kinks) and what is done with them. */
  readonly make: (random: RandomSource) => {
    readonly inputs: readonly HostTensor[];
    readonly apply: (...inputs: Tensor[]) => Tensor;
  };
}

const rounds = 8;
const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'bool'];

/**
 * The contract of a primitive: its shape rule is total, its gradients (of first and second order) agree with central
 * differences, and the loops of its lowering, alone and fused with neighbours, compute what its reference kernel does.
 */
export function testPrimitive(runner: TestFunction, { name, make }: PrimitiveSample): void {
  const test = withAssertions(runner);
  const random = (): RandomSource => new RandomSource(1).child(name);

  test(`${name}: the shape rule gives a type or a clear error for any inputs`, (t) => {
    const source = random();
    let used = 0;
    for (let round = 0; round < rounds; round++) {
      const { inputs, apply } = make(source);
      const node = nodeOf(name, apply(...tensorsOf(inputs)));
      if (!node) continue;
      used++;
      for (let i = 0; i < 50; i++)
        checkRule(
          t,
          node,
          node.inputs.map(() => randomType(source)),
        );
    }
    t.true(used > 0, `the sample uses no ${name}`);
  });

  test(`${name}: the loops compute what the kernel does`, async (t) => {
    const source = random();
    for (let round = 0; round < rounds; round++) {
      const { inputs, apply } = make(source);
      for (const dtype of ['float64', 'float32'] as const)
        await compare(
          t,
          inputs.map((input) => inDtype(input, dtype)),
          apply,
        );
    }
  });

  test(`${name}: the gradients agree with central differences, to the second order`, async (t) => {
    const source = random();
    for (let round = 0; round < rounds; round++) {
      const { inputs, apply } = make(source);
      const differentiable = isFloat(apply(...tensorsOf(inputs)).dtype);
      const { compared } = differentiable
        ? await gradCheck(apply, inputs, { order: 2, tolerance: 1e-5 })
        : { compared: 0 };
      t.true(!differentiable || compared > 0 || !inputs.some((input) => isFloat(input.dtype) && input.data.length > 0));
    }
  });
}

function checkRule(t: Assertions, node: Tensor, types: readonly TensorType[]): void {
  try {
    const type = node.primitive.infer(types, node.attributes);
    checkShape(type.shape, node.primitive.name);
    t.true(dtypes.includes(type.dtype));
  } catch (error) {
    t.true(isAdjointError(error), `${node.primitive.name} of ${JSON.stringify(types)}: ${String(error)}`);
  }
}

/** The operation by itself and between element-wise neighbours that it fuses with. */
async function compare(
  t: Assertions,
  inputs: readonly HostTensor[],
  apply: (...inputs: Tensor[]) => Tensor,
): Promise<void> {
  const engine = new Engine(new LoopInterpreterBackend());
  const tensors = inputs.map((input) => engine.tensor(input));
  const scaled = tensors.map((tensor) => (isFloat(tensor.dtype) ? add(mul(tensor, 0.75), 0.125) : tensor));
  const behind = (y: Tensor): Tensor => (y.dtype === 'bool' ? y : add(mul(y, y), 1));
  const results = [apply(...tensors), behind(apply(...scaled))];
  const want = evaluateGraph(results);
  const got = await engine.evaluate(results);
  got.forEach((value, i) => t.deepEqual(differenceOf(value, want[i]!), undefined, results[i]!.toString()));
  engine.close();
}

function nodeOf(name: string, result: Tensor): Tensor | undefined {
  return topologicalOrder([result]).find((node) => node.primitive.name === name);
}

function tensorsOf(inputs: readonly HostTensor[]): Tensor[] {
  const engine = new Engine(new LoopInterpreterBackend());
  return inputs.map((input) => engine.tensor(input));
}

function inDtype(input: HostTensor, dtype: 'float32' | 'float64'): HostTensor {
  return isFloat(input.dtype) ? hostTensor(input.data, input.shape, dtype) : input;
}

function randomType(random: RandomSource): TensorType {
  return {
    dtype: dtypes[random.integer(4)]!,
    shape: randomShape(random, random.integer(6), 3).map((extent) => extent - random.integer(2)),
  };
}
