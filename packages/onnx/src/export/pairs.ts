import { AdjointError, type Tensor } from '@adjoint/core';

/**
 * Each node of a graph with that of another one in its place: the same for one more example.
 * @throws AdjointError `SHAPE_MISMATCH` where the graphs differ by more than shapes
 */
export function pairs(order: readonly Tensor[], others: readonly Tensor[]): ReadonlyMap<Tensor, Tensor> {
  const found = new Map<Tensor, Tensor>();
  order.forEach((node, i) => {
    const other = others[i];
    if (!other || other.primitive !== node.primitive || varyingKey(other) !== varyingKey(node))
      throw dependsOnExamples(node);
    found.set(node, other);
  });
  return found;
}

/** Refuses constants that differ. */
export function checkConstants(
  twins: ReadonlyMap<Tensor, Tensor>,
  constants: ReadonlyMap<Tensor, ArrayLike<number>>,
  others: ReadonlyMap<Tensor, ArrayLike<number>>,
): void {
  for (const [node, other] of twins) {
    const [own = [], another = []] = [constants.get(node), others.get(other)];
    if (own.length !== another.length || Array.from(own).some((value, i) => !Object.is(value, another[i])))
      throw dependsOnExamples(node);
  }
}

function dependsOnExamples({ scope, primitive }: Tensor): AdjointError {
  return new AdjointError(
    'SHAPE_MISMATCH',
    `onnx: ${scope ? `${scope}: ` : ''}${primitive.name} depends on the number of examples by more than a shape; export the model for a fixed one, { batch: 1 }.`,
  );
}

/** Attributes but for shapes, for ends of slices that are those of the axis, and for bodies of loops, which are graphs. */
function varyingKey(node: Tensor): string {
  return JSON.stringify(node.attributes, (name, value: unknown) => {
    if (name === 'shape' || name === 'body') return undefined;
    if (name !== 'stop' || !Array.isArray(value)) return typeof value === 'number' ? String(value) : value;
    return value.map((end: number, axis) => (end === node.inputs[0]?.shape[axis] ? 'end' : end));
  });
}
