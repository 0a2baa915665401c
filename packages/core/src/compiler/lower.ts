import { AdjointError } from '../errors.js';
import type { LoweringContext, Nest } from '../graph/lowering.js';
import type { Tensor } from '../graph/tensor.js';
import { axisIndex, constantIndex, indicesKey, linearIndex } from '../loops/index-expression.js';
import type { Expression, Index, LoopProgram, Store } from '../loops/loop-program.js';
import { mergeIndices } from '../loops/reshape-index.js';
import type { DType } from '../tensor/dtype.js';
import { stridesOf } from '../tensor/shape.js';
import { constantExpression } from '../loops/expression.js';
import { forwardIndices } from './forward-indices.js';
import { normalizeProgram } from './normalize-program.js';
import type { Fusion, Region, RegionLoops } from './region.js';

/** Thrown when regions cannot share a nest: one needs another's value at an index other than that of the present point. */
class IndicesDiffer extends Error {}

/** Turns a region into loop programs; `undefined` if its roots cannot share one nest. */
export function lowerRegion(region: Region, fusion: Fusion): RegionLoops[] | undefined {
  try {
    if (region.roots[0]!.primitive.lowering.kind === 'repeat') return [];
    if (region.anchor?.primitive.lowering.kind === 'scatter') return lowerScatter(region, fusion);
    return region.anchor ? lowerReduction(region, fusion) : lowerPoints(region, fusion);
  } catch (error) {
    if (error instanceof IndicesDiffer) return undefined;
    throw error;
  }
}

/** Builds the expressions of one program. The same node at the same indices is the same object, so it is computed once. */
class ProgramBuilder implements LoweringContext {
  readonly buffers: Tensor[] = [];
  readonly dtypes: DType[] = [];
  /** Nodes that this program has computed itself, and the one index vector at which each value is available. */
  readonly computed = new Map<Tensor, { readonly key: string; readonly value: Expression }>();
  readonly #made = new Map<string, Expression>();

  constructor(
    readonly fusion: Fusion,
    /** What the program stores. */
    readonly roots: ReadonlySet<Tensor>,
  ) {}

  buffer(node: Tensor): number {
    const known = this.buffers.indexOf(node);
    if (known >= 0) return known;
    this.dtypes.push(node.dtype);
    return this.buffers.push(node) - 1;
  }

  readonly at = (node: Tensor, indices: readonly Index[]): Expression => {
    const key = `${node.id}@${indicesKey(indices)}`;
    const made = this.#made.get(key);
    if (made) return made;
    const expression = this.#build(node, indices);
    this.#made.set(key, expression);
    return expression;
  };

  #build(node: Tensor, indices: readonly Index[]): Expression {
    const computed = this.computed.get(node);
    if (computed) {
      if (computed.key !== indicesKey(indices)) throw new IndicesDiffer();
      return computed.value;
    }
    const storage = this.fusion.storedAs(node);
    if (storage && this.roots.has(storage) && node !== storage) throw new IndicesDiffer();
    if (storage && !this.roots.has(node)) {
      return {
        kind: 'load',
        dtype: node.dtype,
        buffer: this.buffer(storage),
        index: linearIndex(indices, stridesOf(node.shape)),
      };
    }
    return this.compute(node, indices);
  }

  compute(node: Tensor, indices: readonly Index[]): Expression {
    const { lowering } = node.primitive;
    if (lowering.kind === 'point') return lowering.expression(node, indices, this);
    const merged = lowering.kind === 'alias' ? mergeIndices(indices, node.shape, node.inputs[0]!.shape) : undefined;
    if (!merged) throw new AdjointError('INTERNAL', `The compiler left ${node.toString()} without storage.`);
    return this.at(node.inputs[0]!, merged);
  }

  readonly gather = (node: Tensor, indices: readonly Index[], axis: number, position: Expression): Expression => {
    const storage = this.fusion.storedAs(node);
    if (!storage || this.roots.has(storage)) throw new IndicesDiffer();
    const strides = stridesOf(node.shape);
    const rest = linearIndex(
      indices.map((index, d) => (d === axis ? constantIndex(0) : index)),
      strides,
    );
    const dynamic = { value: position, stride: strides[axis]!, extent: node.shape[axis]! };
    return { kind: 'load', dtype: node.dtype, buffer: this.buffer(storage), index: rest, dynamic };
  };

  store(node: Tensor, indices: readonly Index[], value: Expression): Store {
    return { buffer: this.buffer(node), index: linearIndex(indices, stridesOf(node.shape)), value };
  }

  finish(program: Omit<LoopProgram, 'buffers'>): RegionLoops {
    return { program: normalizeProgram({ ...program, buffers: this.dtypes }), buffers: this.buffers };
  }
}

/** Elementwise nodes over their common shape; several roots are several stores of one nest. */
function lowerPoints({ roots }: Region, fusion: Fusion): RegionLoops[] {
  const extents = roots[0]!.shape;
  const indices = extents.map((_, axis) => axisIndex(axis));
  const builder = new ProgramBuilder(fusion, new Set(roots));
  const stores = roots.map((root) => {
    const value = builder.compute(root, indices);
    builder.computed.set(root, { key: indicesKey(indices), value });
    return builder.store(root, indices, value);
  });
  return [builder.finish({ extents, parallel: extents.length, stores })];
}

/** One program per nest of the reduction. Each has buffers of its own, so the nests are built anew for each. */
function lowerReduction({ anchor, epilogue, roots }: Region, fusion: Fusion): RegionLoops[] {
  const node = anchor!;
  const { lowering } = node.primitive;
  if (lowering.kind !== 'reduction') throw new AdjointError('INTERNAL', `${node.primitive.name} is no reduction.`);
  const build = (): { builder: ProgramBuilder; nests: readonly Nest[] } => {
    const builder = new ProgramBuilder(fusion, new Set(roots));
    return { builder, nests: lowering.nests(node, builder) };
  };
  const first = build();
  return first.nests.map((_, i) => {
    const { builder, nests } = i === 0 ? first : build();
    const nest = nests[i]!;
    const [indices, value] = applyEpilogue(node, epilogue, nest, builder);
    return builder.finish({
      extents: nest.extents,
      parallel: nest.extents.length,
      reduction: nest.reduction,
      stores: [builder.store(roots[0]!, indices, value)],
    });
  });
}

/** Computes the epilogue from the result of a reduction: the value of its last node, and the indices where it is stored. */
function applyEpilogue(
  anchor: Tensor,
  epilogue: readonly Tensor[],
  nest: Nest,
  builder: ProgramBuilder,
): [Index[], Expression] {
  // An axis of extent 1 has one index, however it is written.
  let indices = nest.output.map((index, axis) => (anchor.shape[axis] === 1 ? constantIndex(0) : index));
  let value: Expression = { kind: 'result', dtype: anchor.dtype };
  let last = anchor;
  for (const node of epilogue) {
    builder.computed.set(last, { key: indicesKey(indices), value });
    indices = forwardIndices(last, node, indices)!;
    value = builder.compute(node, indices);
    last = node;
  }
  return [indices, value];
}

/** Two programs: fill with zeros, then add at the computed positions. */
function lowerScatter({ anchor, roots }: Region, fusion: Fusion): RegionLoops[] {
  const node = anchor!;
  const { lowering } = node.primitive;
  if (lowering.kind !== 'scatter') throw new AdjointError('INTERNAL', `${node.primitive.name} is no scatter.`);
  const fill = new ProgramBuilder(fusion, new Set(roots));
  const indices = node.shape.map((_, axis) => axisIndex(axis));
  const zeros = fill.finish({
    extents: node.shape,
    parallel: node.rank,
    stores: [fill.store(node, indices, constantExpression(0, node.dtype))],
  });
  const builder = new ProgramBuilder(fusion, new Set(roots));
  const { extents, parallel, output, position, value } = lowering.nest(node, builder);
  const add = builder.finish({
    extents,
    parallel,
    stores: [{ ...builder.store(node, output, value), scatter: position }],
  });
  return [zeros, add];
}
