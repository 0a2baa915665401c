import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { DType } from '../tensor/dtype.js';
import { stridesOf } from '../tensor/shape.js';
import { forwardIndices } from './fuse.js';
import { constantExpression } from '../loops/expression.js';
import { axisIndex, constantIndex, indicesKey, linearIndex } from '../loops/index-expression.js';
import type { LoweringContext, Nest } from '../graph/lowering.js';
import type { Expression, Index, LoopProgram, Store } from '../loops/loop-program.js';
import { normalizeProgram } from './normalize-program.js';
import { mergeIndices } from '../loops/reshape-index.js';
import type { Fusion, Region, RegionLoops } from './region.js';

/** Thrown inside when merged regions do not fit together: one needs another's value at a different place. */
class PlacesDiffer extends Error {}

/** Turns a region into loop programs; `undefined` if its roots cannot share one nest. */
export function lowerRegion(region: Region, fusion: Fusion): RegionLoops[] | undefined {
  try {
    if (region.anchor?.primitive.lowering.kind === 'scatter') return lowerScatter(region, fusion);
    return region.anchor ? lowerReduction(region, fusion) : lowerPoints(region, fusion);
  } catch (error) {
    if (error instanceof PlacesDiffer) return undefined;
    throw error;
  }
}

/** Builds expressions for one program; remembers them, so that shared work is one object. */
class ProgramBuilder implements LoweringContext {
  readonly buffers: Tensor[] = [];
  readonly dtypes: DType[] = [];
  /** Nodes computed by this very program, with the only place at which their value is at hand. */
  readonly here = new Map<Tensor, { readonly key: string; readonly value: Expression }>();
  readonly #made = new Map<string, Expression>();

  constructor(
    readonly fusion: Fusion,
    readonly own: ReadonlySet<Tensor>,
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
    const here = this.here.get(node);
    if (here) {
      if (here.key !== indicesKey(indices)) throw new PlacesDiffer();
      return here.value;
    }
    const storage = this.fusion.storedAs(node);
    if (storage && this.own.has(storage) && node !== storage) throw new PlacesDiffer();
    if (storage && !this.own.has(node)) {
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
    if (!storage || this.own.has(storage)) throw new PlacesDiffer();
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

/** Point nodes over their common shape; several roots are several stores of one nest. */
function lowerPoints({ roots }: Region, fusion: Fusion): RegionLoops[] {
  const extents = roots[0]!.shape;
  const indices = extents.map((_, axis) => axisIndex(axis));
  const builder = new ProgramBuilder(fusion, new Set(roots));
  const stores = roots.map((root) => {
    const value = builder.compute(root, indices);
    builder.here.set(root, { key: indicesKey(indices), value });
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
    const [place, value] = carry(node, epilogue, nest, builder);
    return builder.finish({
      extents: nest.extents,
      parallel: nest.extents.length,
      reduction: nest.reduction,
      stores: [builder.store(roots[0]!, place, value)],
    });
  });
}

/** Computes the nodes behind a reduction from its result, and where the last one's element goes. */
function carry(
  anchor: Tensor,
  epilogue: readonly Tensor[],
  nest: Nest,
  builder: ProgramBuilder,
): [Index[], Expression] {
  // An axis of extent 1 has one index, however it is written.
  let place = nest.output.map((index, axis) => (anchor.shape[axis] === 1 ? constantIndex(0) : index));
  let value: Expression = { kind: 'result', dtype: anchor.dtype };
  let before = anchor;
  for (const node of epilogue) {
    builder.here.set(before, { key: indicesKey(place), value });
    place = forwardIndices(before, node, place)!;
    value = builder.compute(node, place);
    before = node;
  }
  return [place, value];
}

/** Two programs: fill with zeros, then add at the computed places. */
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
