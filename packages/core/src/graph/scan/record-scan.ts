import { AdjointError } from '../../errors.js';
import { formatShape, sameShape } from '../../tensor/shape.js';
import type { Primitive } from '../primitive.js';
import { iota } from '../primitives/iota.js';
import { leaf } from '../primitives/leaf.js';
import { substitute } from '../substitute.js';
import { apply, commonEvaluator, type Tensor, type TensorType } from '../tensor.js';
import { topologicalOrder } from '../topological-order.js';
import { captured, type Outside } from './capture.js';
import { ScanBody, stepInputPrimitive, type ScanAttributes, type ScanResult } from './scan-body.js';

/** What one step computes from the carries, the parts of what is walked along, and the number of the step. */
export type RecordedStep = (
  carries: readonly Tensor[],
  slices: readonly Tensor[],
  t: Tensor,
) => { readonly carry: readonly Tensor[]; readonly outputs: readonly Tensor[] };

export interface ScanOperands {
  /** That of scans. */
  readonly primitive: Primitive;
  readonly initial: readonly Tensor[];
  /** Each with the steps as its first axis. */
  readonly xs: readonly Tensor[];
  readonly length: number;
  readonly reverse: boolean;
  readonly recompute: boolean;
}

/** Where a tensor from outside comes from: the same value in every step, or a tensor that is walked along. */
export type Source = { readonly kind: 'constant' | 'stack'; readonly tensor: Tensor };

/** Says what a step may use of the graph around it. */
export interface Surroundings extends Outside {
  source(node: Tensor): Source;
}

/** The results of a scan, each a node that is made when it is asked for. */
export type ScanResults = (result: ScanResult, index: number) => Tensor;

/**
 * Builds a scan: calls `step` once, on leaves, and closes the graph that it builds over leaves of its own for all that it
 * takes from the graph around it.
 */
export function recordScan(
  { primitive, initial, xs, length, reverse, recompute }: ScanOperands,
  step: RecordedStep,
  around?: Surroundings,
): ScanResults {
  const evaluator = commonEvaluator('scan', [...initial, ...xs]);
  const leafOf = (type: TensorType): Tensor => leaf(stepInputPrimitive, type, evaluator);
  const partOf = ({ shape, dtype }: TensorType): Tensor => leafOf({ shape: shape.slice(1), dtype });
  // The number of the step comes first: what is older than it does not belong to the step.
  const t = leafOf({ shape: [], dtype: 'int32' });
  const carries = initial.map(({ type }) => leafOf(type));
  const slices = xs.map(partOf);
  const { carry, outputs } = step(carries, slices, t);
  checkCarries(initial, carry);

  const roots = [...carry, ...outputs];
  const surroundings = around ?? onlyConstants(t);
  const leaves = new Map<Tensor, Tensor>();
  const sources = captured(roots, [t, ...carries, ...slices], surroundings).map((node) => {
    const { kind, tensor } = surroundings.source(node);
    const inside = kind === 'stack' ? partOf(tensor) : leafOf(tensor.type);
    leaves.set(node, inside);
    return { kind, tensor, inside };
  });
  if (topologicalOrder(roots, ({ id }) => id < t.id).includes(t))
    sources.push({ kind: 'stack', tensor: iota([length], 0), inside: t });
  const stacks = sources.filter(({ kind }) => kind === 'stack');
  const constants = sources.filter(({ kind }) => kind === 'constant');

  const closed = substitute(roots, leaves);
  const body = new ScanBody(
    {
      carries,
      slices: [...slices, ...stacks.map(({ inside }) => inside)],
      constants: constants.map(({ inside }) => inside),
    },
    closed.slice(0, carry.length),
    closed.slice(carry.length),
  );
  const inputs = [...initial, ...xs, ...stacks.map(({ tensor }) => tensor), ...constants.map(({ tensor }) => tensor)];
  return resultsOf(primitive, inputs, { body, length, reverse, recompute });
}

/** The results of a scan over these inputs. The list itself marks them as results of one scan. */
export function resultsOf(
  primitive: Primitive,
  inputs: readonly Tensor[],
  scan: Omit<ScanAttributes, 'result' | 'index'>,
): ScanResults {
  return (result, index) => apply(primitive, inputs, { ...scan, result, index });
}

function onlyConstants(t: Tensor): Surroundings {
  return {
    oldest: t.id,
    recomputes: () => false,
    mustRecompute: () => false,
    source: (tensor) => ({ kind: 'constant', tensor }),
  };
}

function checkCarries(initial: readonly Tensor[], carry: readonly Tensor[]): void {
  if (initial.length !== carry.length) {
    throw new AdjointError(
      'ATTRIBUTE_INVALID',
      `scan: there are ${initial.length} initial carries, but the step returns ${carry.length}; return one for each.`,
    );
  }
  initial.forEach((before, i) => {
    const after = carry[i]!;
    if (sameShape(before.shape, after.shape) && before.dtype === after.dtype) return;
    throw new AdjointError(
      before.dtype === after.dtype ? 'SHAPE_MISMATCH' : 'DTYPE_MISMATCH',
      `scan: carry ${i} is ${before.dtype} ${formatShape(before.shape)} at first, but the step makes it ${after.dtype} ${formatShape(after.shape)}; every step must keep its type.`,
    );
  });
}
