import { AdjointError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import { sameShape } from '../tensor/shape.js';
import { nodesOf, readsOf, type Fusion, type LoweredRegion, type Region } from './region.js';
import { SharedLowering } from './shared-lowering.js';

/** Most stores of one nest. */
const storeLimit = 8;

/** A region that others may still join. Only regions that were joined have their loops already. */
type Draft = Omit<LoweredRegion, 'loops'> & Partial<Pick<LoweredRegion, 'loops'>>;

/**
 * Joins elementwise regions of one shape that read the same tensors or each other, so that chains such as an optimizer's
 * update pass over memory once, and lowers every region to loops.
 */
export function mergeRegions(fusion: Fusion): LoweredRegion[] {
  const drafts: Draft[] = [];
  const lowering = new SharedLowering(fusion);
  const open = new OpenDrafts();
  /** Where each stored node is computed, as a position in `drafts`. */
  const positionOf = new Map<Tensor, number>();
  for (const region of fusion.regions) {
    const draft = draftOf(region, fusion);
    const latestProducer = [...draft.reads].reduce((latest, node) => Math.max(latest, positionOf.get(node) ?? 0), 0);
    const isAlone = draft.anchor !== undefined || isRepeated(draft);
    const candidates = isAlone ? [] : open.near(draft, latestProducer);
    const [position, merged] = join(draft, drafts, candidates, lowering) ?? [drafts.length, draft];
    drafts[position] = merged;
    if (!isAlone) open.note(merged, position);
    for (const root of region.roots) positionOf.set(root, position);
  }
  return drafts.map((draft) => ({ ...draft, loops: draft.loops ?? lowerAlone(draft, lowering) }));
}

/** Positions of elementwise regions that others may join, by what they compute and read. */
class OpenDrafts {
  readonly #positions = new Map<Tensor, Set<number>>();

  note({ roots, reads }: Draft, position: number): void {
    for (const node of [...roots, ...reads]) {
      const positions = this.#positions.get(node) ?? new Set();
      this.#positions.set(node, positions);
      if (roots.length < storeLimit) positions.add(position);
      else positions.delete(position);
    }
  }

  /** Those that compute or read something that a region reads, the latest first, down to a position. */
  near({ reads }: Draft, first: number): number[] {
    const near = new Set<number>();
    for (const node of reads)
      for (const position of this.#positions.get(node) ?? []) if (position >= first) near.add(position);
    return [...near].sort((a, b) => b - a);
  }
}

/**
 * Joins a region to the first of the candidates that it fits: of the same shape, and reading some of the same memory.
 * Returns that one's position and the two as one region.
 */
function join(
  joining: Draft,
  drafts: readonly Draft[],
  candidates: readonly number[],
  lowering: SharedLowering,
): readonly [position: number, merged: Draft] | undefined {
  for (const position of candidates) {
    const candidate = drafts[position]!;
    if (!mayShareNest(candidate, joining)) continue;
    const union = draftOf({ ...candidate, roots: [...candidate.roots, ...joining.roots] }, lowering.fusion);
    const loops = lowering.lower(union, union.nodes);
    if (loops) return [position, { ...union, loops }];
  }
  return undefined;
}

function mayShareNest(candidate: Draft, joining: Draft): boolean {
  const [root] = joining.roots as [Tensor];
  return (
    candidate.roots.length + joining.roots.length <= storeLimit &&
    sameShape(candidate.roots[0]!.shape, root.shape) &&
    [...joining.reads].some(
      (node) => candidate.roots.includes(node) || (node.size >= root.size && candidate.reads.has(node)),
    )
  );
}

function isRepeated({ roots }: Draft): boolean {
  return roots[0]!.primitive.lowering.kind === 'repeat';
}

function draftOf({ anchor, epilogue, roots }: Region, fusion: Fusion): Draft {
  const nodes = nodesOf({ anchor, epilogue, roots }, fusion);
  return { anchor, epilogue, roots, nodes, reads: readsOf(nodes, roots, fusion) };
}

function lowerAlone(region: Draft, lowering: SharedLowering): LoweredRegion['loops'] {
  const loops = lowering.lower(region, region.nodes);
  if (!loops)
    throw new AdjointError(
      'INTERNAL',
      `The compiler formed a region that is no nest of loops: ${region.roots.join(', ')}.`,
    );
  return loops;
}
