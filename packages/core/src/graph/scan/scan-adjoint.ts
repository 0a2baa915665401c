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
import type { ScanAttributes, ScanResult } from './scan-body.js';

type ScanNode = NodeOf<ScanAttributes>;

/** What costs more per element than this is kept from the forward scan rather than computed again. */
const cheap = 2;

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
  const arriving = (result: ScanResult, count: number) =>
    Array.from({ length: count }, (_, index) => ({ index, cotangent: cotangentOf(result, index) })).flatMap(
      ({ index, cotangent }) => (cotangent ? [{ index, cotangent }] : []),
    );

  const flowing = carries.flatMap((leaf, index) => (isFloat(leaf.dtype) ? [index] : []));
  const neededFrom = (first: number, leaves: readonly Tensor[]): number[] =>
    leaves.flatMap((_, index) => (needed[first + index] ? [index] : []));
  const neededSlices = neededFrom(carries.length, slices);
  const neededConstants = neededFrom(carries.length + slices.length, constants);
  const ofOutputs = arriving('output', body.outputs.length);
  const ofHistories = arriving('history', carries.length);

  const step: RecordedStep = (state, parts) => {
    const ofNext = flowing.map((index, i) => [body.next[index]!, state[i]!] as const);
    const ofParts = ofOutputs.map(({ index }, i) => [body.outputs[index]!, parts[i]!] as const);
    const wanted = [
      ...flowing.map((index) => carries[index]!),
      ...neededConstants.map((index) => constants[index]!),
      ...neededSlices.map((index) => slices[index]!),
    ];
    const pulled = pullBack([...ofNext, ...ofParts], wanted);
    const ofCarries = flowing.map((index, i) => {
      const history = parts.slice(ofOutputs.length).find((_, k) => ofHistories[k]!.index === index);
      return sumOf(carries[index]!, pulled[i], history);
    });
    const ofConstants = neededConstants.map((index, i) =>
      sumOf(constants[index]!, state[flowing.length + i], pulled[flowing.length + i]),
    );
    const ofSlices = neededSlices.map((index, i) =>
      sumOf(slices[index]!, pulled[flowing.length + neededConstants.length + i]),
    );
    return { carry: [...ofCarries, ...ofConstants], outputs: ofSlices };
  };
  const results = recordScan(
    {
      primitive,
      initial: [
        ...flowing.map((index) => cotangentOf('carry', index) ?? zeros(carries[index]!)),
        ...neededConstants.map((index) => zeros(constants[index]!)),
      ],
      xs: [...ofOutputs, ...ofHistories].map(({ cotangent }) => cotangent),
      length,
      reverse: !reverse,
      recompute,
    },
    step,
    forwardValues(node),
  );
  return inputs.map((_, i) => {
    if (!needed[i]) return undefined;
    if (i < carries.length) return results('carry', flowing.indexOf(i));
    if (i < carries.length + slices.length) return results('output', neededSlices.indexOf(i - carries.length));
    return results('carry', flowing.length + neededConstants.indexOf(i - carries.length - slices.length));
  });
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
