import { isFloat } from '../../tensor/dtype.js';
import type { NodeOf } from '../primitive.js';
import { add } from '../primitives/add.js';
import { broadcastTo } from '../primitives/broadcast-to.js';
import { literal } from '../primitives/literal.js';
import { pullBack } from '../pull-back.js';
import { substitute } from '../substitute.js';
import type { Tensor, TensorType } from '../tensor.js';
import { topologicalOrder } from '../topological-order.js';
import { recordScan, resultsOf, type RecordedStep, type Surroundings } from './record-scan.js';
import type { ScanAttributes, ScanBody, ScanResult } from './scan-body.js';

type ScanNode = NodeOf<ScanAttributes>;

/** What costs more per element than this is kept from the forward scan rather than computed again. */
const cheap = 2;

/** A result of the forward scan with its cotangent. */
interface Arriving {
  readonly index: number;
  readonly cotangent: Tensor;
}

/** Through what the gradient flows, as numbers of carries, slices, constants and outputs. */
interface Flow {
  readonly carries: readonly number[];
  readonly slices: readonly number[];
  readonly constants: readonly number[];
  /** The cotangents that come from outside at each step: of outputs, and of the carries before the step. */
  readonly ofOutputs: readonly Arriving[];
  readonly ofHistories: readonly Arriving[];
}

/**
 * The vector-Jacobian product of a scan: a scan the other way, whose carries are the cotangents of the carries and, added
 * up step by step, those of the constants. What it needs of the forward scan (the carries before each step, and what is
 * costly to compute again) become results of that one.
 */
export function scanAdjoint(
  nodes: readonly ScanNode[],
  cotangents: readonly (Tensor | undefined)[],
  needed: readonly boolean[],
): (Tensor | undefined)[] {
  const [node] = nodes as [ScanNode];
  const { attributes, inputs, primitive } = node;
  const { body, length, reverse, recompute } = attributes;
  const { carries, slices, constants } = body.inputs;
  const cotangentOf = (result: ScanResult, index: number): Tensor | undefined =>
    cotangents[nodes.findIndex(({ attributes: own }) => own.result === result && own.index === index)];
  const arriving = (result: ScanResult, of: readonly Tensor[]): Arriving[] =>
    of.flatMap((_, index) => {
      const cotangent = cotangentOf(result, index);
      return cotangent ? [{ index, cotangent }] : [];
    });
  const firstConstant = carries.length + slices.length;
  const flow: Flow = {
    carries: numbersOf(carries, (index) => isFloat(carries[index]!.dtype)),
    slices: numbersOf(slices, (index) => needed[carries.length + index]!),
    constants: numbersOf(constants, (index) => needed[firstConstant + index]!),
    ofOutputs: arriving('output', body.outputs),
    ofHistories: arriving('history', carries),
  };
  const results = recordScan(
    {
      primitive,
      initial: [
        ...flow.carries.map((index) => cotangentOf('carry', index) ?? zeros(carries[index]!)),
        ...flow.constants.map((index) => zeros(constants[index]!)),
      ],
      xs: [...flow.ofOutputs, ...flow.ofHistories].map(({ cotangent }) => cotangent),
      length,
      reverse: !reverse,
      recompute,
    },
    adjointStep(body, flow),
    forwardValues(node),
  );
  return inputs.map((_, i) => {
    if (!needed[i]) return undefined;
    if (i < carries.length) return results('carry', flow.carries.indexOf(i));
    if (i < firstConstant) return results('output', flow.slices.indexOf(i - carries.length));
    return results('carry', flow.carries.length + flow.constants.indexOf(i - firstConstant));
  });
}

/** Pulls the cotangents of one step back: those of the carries after it, and those that come from outside. */
function adjointStep({ inputs, next, outputs }: ScanBody, flow: Flow): RecordedStep {
  const carries = flow.carries.map((index) => inputs.carries[index]!);
  const constants = flow.constants.map((index) => inputs.constants[index]!);
  const slices = flow.slices.map((index) => inputs.slices[index]!);
  return (state, parts) => {
    const seeds = [
      ...flow.carries.map((index, i) => [next[index]!, state[i]!] as const),
      ...flow.ofOutputs.map(({ index }, i) => [outputs[index]!, parts[i]!] as const),
    ];
    const pulled = pullBack(seeds, [...carries, ...constants, ...slices]);
    const histories = new Map(flow.ofHistories.map(({ index }, i) => [index, parts[flow.ofOutputs.length + i]!]));
    const sums = state.slice(carries.length);
    const ofConstants = pulled.slice(carries.length);
    const ofSlices = ofConstants.slice(constants.length);
    return {
      carry: [
        ...carries.map((leaf, i) => sumOf(leaf, pulled[i], histories.get(flow.carries[i]!))),
        ...constants.map((leaf, i) => sumOf(leaf, sums[i], ofConstants[i])),
      ],
      outputs: slices.map((leaf, i) => sumOf(leaf, ofSlices[i])),
    };
  };
}

/** What the adjoint step may use of the forward scan. */
function forwardValues({ attributes, inputs, primitive }: ScanNode): Surroundings {
  const { body, recompute } = attributes;
  const { carries, slices, constants } = body.inputs;
  const results = resultsOf(primitive, inputs, attributes);
  const outer = new Map(constants.map((leaf, i) => [leaf, inputs[carries.length + slices.length + i]!]));
  const leaves = new Set([...carries, ...slices]);
  // The body's leaves are older than its other nodes.
  const oldest = Math.min(...body.leaves.map(({ id }) => id));
  const reaches = (node: Tensor, isMet: (each: Tensor) => boolean): boolean =>
    topologicalOrder([node], ({ id }) => id < oldest).some(isMet);
  return {
    oldest,
    recomputes: ({ primitive: { lowering, cost = 1 } }) => recompute || (lowering.kind === 'point' && cost <= cheap),
    // A rule of the user's own may mix values of the step with tensors from outside, which the forward scan does not know.
    mustRecompute: (node) => reaches(node, (each) => leaves.has(each)) && reaches(node, ({ id }) => id < oldest),
    source(node) {
      const carry = carries.indexOf(node);
      if (carry >= 0) return { kind: 'stack', tensor: results('history', carry) };
      const slice = slices.indexOf(node);
      if (slice >= 0) return { kind: 'stack', tensor: inputs[carries.length + slice]! };
      if (reaches(node, (each) => leaves.has(each)))
        return { kind: 'stack', tensor: results('output', body.save(node)) };
      return { kind: 'constant', tensor: substitute([node], outer)[0]! };
    },
  };
}

function sumOf(type: TensorType, ...terms: readonly (Tensor | undefined)[]): Tensor {
  return terms.reduce((sum, term) => (sum && term ? add(sum, term) : (sum ?? term)), undefined) ?? zeros(type);
}

function zeros({ dtype, shape }: TensorType): Tensor {
  return broadcastTo(literal(0, dtype), shape);
}

function numbersOf(list: readonly unknown[], isMeant: (index: number) => boolean): number[] {
  return [...list.keys()].filter(isMeant);
}
