import { checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { checkShape, formatShape, sameShape, sizeOf, type Shape } from '../../tensor/shape.js';
import { definePrimitive, isNodeOf } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';

/** The same elements in row-major order under another shape; costs nothing. */
export const reshapePrimitive = definePrimitive<{ readonly shape: Shape }, [x: Tensor]>({
  name: 'reshape',
  formula: 'y = x in another shape; x̄ = ȳ in the shape of x',
  family: 'movement',
  quiet: true,
  infer([x], { shape }) {
    checkShape(shape, 'reshape');
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `reshape: ${formatShape(x.shape)} has ${sizeOf(x.shape)} elements, ${formatShape(shape)} takes ${sizeOf(shape)}.`,
      );
    }
    return { shape, dtype: x.dtype };
  },
  vjp: ({ inputs: [x] }, cotangent) => [reshape(cotangent, x.shape)],
  compute: ([x], _, output) => output.data.set(x.data),
  lowering: { kind: 'alias' },
  simplify({ inputs: [x], attributes: { shape } }): Tensor | undefined {
    if (sameShape(x.shape, shape)) return x;
    return isNodeOf(x, reshapePrimitive) ? reshape(x.inputs[0], shape) : undefined;
  },
});

/** The same elements under another shape; one extent may be −1 and is then inferred. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  checkTensors('reshape', x);
  if (!Array.isArray(shape)) checkShape(shape, 'reshape');
  const resolved = inferExtent(x.shape, shape);
  return sameShape(x.shape, resolved) ? x : apply(reshapePrimitive, [x], { shape: resolved });
}

function inferExtent(from: Shape, shape: Shape): Shape {
  const unknown = shape.indexOf(-1);
  if (unknown < 0) return shape;
  const known = sizeOf(shape.filter((_, axis) => axis !== unknown));
  const extent = sizeOf(from) / known;
  if (!Number.isInteger(extent) || shape.lastIndexOf(-1) !== unknown) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `reshape: ${formatShape(from)} does not fit ${formatShape(shape)}; one extent may be −1 and the others must divide ${sizeOf(from)}.`,
    );
  }
  return shape.map((given, axis) => (axis === unknown ? extent : given));
}
