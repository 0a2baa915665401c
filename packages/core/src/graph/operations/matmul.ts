import { checkFlag, checkRecord, checkTensors } from '../operand.js';
import { AdjointError } from '../../errors.js';
import { broadcastShapes, formatShape, sizeOf, type Shape } from '../../tensor/shape.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { convolution } from '../primitives/convolution.js';
import { reshape } from '../primitives/reshape.js';
import { swapAxes } from '../primitives/transpose.js';
import type { Tensor } from '../tensor.js';

/**
 * The matrix product of numpy's rules: the last two axes are matrices, those before broadcast, a vector is a row on the
 * left and a column on the right. `transposeA` and `transposeB` swap the last two axes first.
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  options: { readonly transposeA?: boolean; readonly transposeB?: boolean } = {},
): Tensor {
  checkTensors('matmul', a, b);
  checkRecord('matmul', options);
  const { transposeA = false, transposeB = false } = options;
  checkFlag('matmul', 'transposeA', transposeA);
  checkFlag('matmul', 'transposeB', transposeB);
  if (a.rank === 0 || b.rank === 0)
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `matmul: ${formatShape(a.shape)} and ${formatShape(b.shape)}; a scalar is no matrix, use mul.`,
    );
  const left = a.rank === 1 ? reshape(a, [1, a.size]) : transposeA ? swapAxes(a, -1, -2) : a;
  const right = b.rank === 1 ? reshape(b, [1, b.size]) : transposeB ? b : swapAxes(b, -1, -2);
  const [rows, inner] = left.shape.slice(-2) as [number, number];
  const [columns, innerRight] = right.shape.slice(-2) as [number, number];
  if (inner !== innerRight) {
    throw new AdjointError(
      'SHAPE_MISMATCH',
      `matmul: ${formatShape(a.shape)} by ${formatShape(b.shape)}: ${inner} columns on the left meet ${innerRight} rows on the right; they must be equal.`,
    );
  }
  const batch = broadcastShapes([left.shape.slice(0, -2), right.shape.slice(0, -2)], 'matmul');
  const product = multiply(left, right, batch);
  return reshape(product, [...batch, ...(a.rank === 1 ? [] : [rows]), ...(b.rank === 1 ? [] : [columns])]);
}

/** x [batch…, M, K] by w [batch…, N, K] as a convolution without spatial dimensions. */
function multiply(x: Tensor, w: Tensor, batch: Shape): Tensor {
  const attributes = { stride: [], padding: [], inputDilation: [], kernelDilation: [] };
  const [columns, inner] = w.shape.slice(-2) as [number, number];
  // One matrix on the right serves all rows of the batch at once.
  if (sizeOf(w.shape.slice(0, -2)) === 1)
    return convolution(
      reshape(x, [1, sizeOf(x.shape.slice(0, -1)), inner]),
      reshape(w, [1, columns, inner]),
      attributes,
    );
  const group = (tensor: Tensor): Tensor => {
    const matrix = tensor.shape.slice(-2);
    return reshape(broadcastTo(tensor, [...batch, ...matrix]), [sizeOf(batch), ...matrix]);
  };
  return convolution(group(x), group(w), attributes);
}
