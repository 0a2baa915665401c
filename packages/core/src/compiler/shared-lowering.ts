import { nodeKey } from '../graph/node-key.js';
import type { Tensor } from '../graph/tensor.js';
import { lowerRegion } from './lower.js';
import type { Fusion, Region, RegionLoops } from './region.js';

/** What a region lowers to, whatever tensors it is of: each loop program with the places of its buffers among them. */
type Lowered = readonly { readonly program: RegionLoops['program']; readonly places: readonly number[] }[];

/**
 * Lowers regions of one program. Those of equal structure, as equal layers have, get the very same loop programs over
 * their own tensors, so that the work is done once, and once more is told by identity what is the same.
 */
export class SharedLowering {
  readonly #known = new Map<string, Lowered | undefined>();

  constructor(readonly fusion: Fusion) {}

  /** See `lowerRegion`; `nodes` are those that the region computes. */
  lower(region: Region, nodes: readonly Tensor[]): RegionLoops[] | undefined {
    const { key, tensors } = this.#structure(region, nodes);
    if (!this.#known.has(key)) {
      const loops = lowerRegion(region, this.fusion);
      this.#known.set(
        key,
        loops?.map(({ program, buffers }) => ({ program, places: buffers.map((node) => tensors.get(node)!) })),
      );
      return loops;
    }
    const lowered = this.#known.get(key);
    const inOrder = [...tensors.keys()];
    return lowered?.map(({ program, places }) => ({ program, buffers: places.map((place) => inOrder[place]!) }));
  }

  /** Equal keys are equal loops over the tensors, which are told in order, each with its number. */
  #structure(
    { anchor, epilogue, roots }: Region,
    nodes: readonly Tensor[],
  ): { readonly key: string; readonly tensors: ReadonlyMap<Tensor, number> } {
    const tensors = new Map<Tensor, number>();
    const parts: string[] = [];
    const add = (node: Tensor): number => tensors.set(node, tensors.size).size - 1;
    /** What is read has a type, and lies in the memory of a tensor: its own, a root's, or another's that is read. */
    const numberOf = (node: Tensor): number => {
      const known = tensors.get(node);
      if (known !== undefined) return known;
      const storage = this.fusion.storedAs(node)!;
      const root = roots.indexOf(storage);
      const memory = storage === node ? '' : root >= 0 ? `=root${root}` : `=${numberOf(storage)}`;
      parts.push(`${node.dtype}[${node.shape.join(',')}]${memory}`);
      return add(node);
    };
    for (const node of nodes) {
      parts.push(nodeKey(node, numberOf));
      add(node);
    }
    const place = (node: Tensor): number => tensors.get(node)!;
    parts.push(`${anchor ? place(anchor) : ''}/${epilogue.map(place).join(',')}/${roots.map(place).join(',')}`);
    return { key: parts.join(';'), tensors };
  }
}
