import { checkFlag, checkTensors } from '../operand.js';
import { isNumeric } from '../../tensor/dtype.js';
import { axisIndex } from '../../loops/index-expression.js';
import { normalizeAxis, pickAxes } from '../../tensor/shape.js';
import { definePrimitive } from '../primitive.js';
import { apply, type Tensor } from '../tensor.js';
import { wrongDtype } from './wrong-dtype.js';
import { forEachReduced } from './reduction.js';

interface CumulativeSumAttributes {
  readonly axis: number;
  /** Sums from the end. */
  readonly reverse: boolean;
}

/** The running sum along an axis; the adjoint sums from the other end. */
export const cumulativeSumPrimitive = definePrimitive<CumulativeSumAttributes, [x: Tensor]>({
  name: 'cumulativeSum',
  formula: 'y[i] = Σ x[j] over j ≤ i; x̄[j] = Σ ȳ[i] over i ≥ j',
  family: 'reduction',
  infer([x]) {
    if (!isNumeric(x.dtype)) throw wrongDtype('cumulativeSum', x.dtype);
    return x;
  },
  vjp: ({ attributes: { axis, reverse } }, cotangent) => [cumulativeSum(cotangent, axis, !reverse)],
  compute([x], { axis, reverse }, output) {
    if (x.data.length === 0) return;
    forEachReduced(x, [axis], (_, elements) => {
      let total = 0;
      for (const i of reverse ? [...elements].reverse() : elements) output.data[i] = total += x.data[i]!;
    });
  },
  lowering: {
    kind: 'reduction',
    scan: true,
    nests({ inputs: [x], attributes: { axis, reverse } }, { at }) {
      const outer = x.shape.flatMap((_, d) => (d === axis ? [] : [d]));
      const indices = x.shape.map((_, d) => axisIndex(d === axis ? outer.length : outer.indexOf(d)));
      const reduction = {
        operation: 'sum',
        extents: pickAxes(x.shape, [axis]),
        value: at(x, indices),
        scan: true,
        reverse,
      } as const;
      return [{ extents: pickAxes(x.shape, outer), reduction, output: indices }];
    },
  },
});

/** The running sum along `axis`, from its end if `reverse`. */
export function cumulativeSum(x: Tensor, axis: number, reverse = false): Tensor {
  checkTensors('cumulativeSum', x);
  checkFlag('cumulativeSum', 'reverse', reverse);
  return apply(cumulativeSumPrimitive, [x], { axis: normalizeAxis(axis, x.rank, 'cumulativeSum'), reverse });
}
