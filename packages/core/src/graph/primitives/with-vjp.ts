import { AdjointError } from '../../errors.js';
import { formatShape, sameShape } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { checkFunction, checkTensorList } from '../operand.js';
import { apply, type Tensor } from '../tensor.js';

/** Cotangents of the inputs, from the cotangent of the output; `undefined` where none flows. */
export type VectorJacobianProduct = (
  cotangent: Tensor,
  inputs: readonly Tensor[],
  output: Tensor,
) => readonly (Tensor | undefined)[];

interface WithVjpAttributes {
  readonly name: string;
  readonly vjp: VectorJacobianProduct;
}

/** Input 0 passed through; differentiation goes to the other inputs by a rule of its own. */
export const withVjpPrimitive = definePrimitive<WithVjpAttributes, [value: Tensor, ...inputs: Tensor[]]>({
  name: 'withVjp',
  formula: 'y = value; x̄ₖ by a rule that is given, value̅ = 0',
  infer: ([value]) => value,
  vjp(node, cotangent) {
    const inputs = node.inputs.slice(1);
    const cotangents = node.attributes.vjp(cotangent, inputs, node);
    checkTensorList(
      `${node.attributes.name}, the cotangents that its vjp returns`,
      Array.isArray(cotangents) ? cotangents.filter((own) => own !== undefined) : cotangents,
    );
    const checked = inputs.map((input, i) => {
      const own = cotangents[i];
      if (own && !sameShape(own.shape, input.shape)) {
        throw new AdjointError(
          'SHAPE_MISMATCH',
          `${node.attributes.name}: its vjp gives a cotangent of shape ${formatShape(own.shape)} for input ${i} of shape ${formatShape(input.shape)}.`,
        );
      }
      return own;
    });
    return [undefined, ...checked];
  },
  compute: ([value], _, output) => output.data.set(value.data),
  lowering: { kind: 'identity' },
});

/**
 * Gives a composite its own vector-Jacobian product: `forward` computes the value, `vjp` the cotangents of the inputs.
 * Write the vjp in tensor operations, then any order of derivative works.
 * @example const clippedExp = withVjp('clippedExp', [x], ([x]) => exp(x), (g, [x], y) => [g.mul(y.minimum(100))]);
 */
export function withVjp(
  name: string,
  inputs: readonly Tensor[],
  forward: (inputs: readonly Tensor[]) => Tensor,
  vjp: VectorJacobianProduct,
): Tensor {
  checkTensorList('withVjp', inputs);
  checkFunction('withVjp', 'forward', forward);
  checkFunction('withVjp', 'the vector-Jacobian product', vjp);
  return apply(withVjpPrimitive, [forward(inputs), ...inputs], { name, vjp });
}

/** The value of x, through which no gradient flows. */
export function stopGradient(x: Tensor): Tensor {
  return withVjp(
    'stopGradient',
    [],
    () => x,
    () => [],
  );
}
