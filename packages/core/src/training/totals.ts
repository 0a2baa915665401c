import { AdjointError } from '../errors.js';
import { allocateArray } from '../tensor/dtype.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { sameShape } from '../tensor/shape.js';
import type { Merge } from './metric.js';

/** Parts by the name of what measured them: those of one batch, or of some. */
export type Parts = Readonly<Record<string, Readonly<Record<string, HostTensor | number>>>>;

/** How each part of each measure is merged. */
export type MergeRule = (measure: string, part: string) => Merge;

/** Parts of the batches so far, merged in float64. */
export class Totals {
  /** Pieces of what is concatenated; a single array of all else. */
  readonly #pieces = new Map<string, HostTensor[]>();

  constructor(readonly rule: MergeRule) {}

  add(parts: Parts): void {
    for (const [measure, own] of Object.entries(parts))
      for (const [part, value] of Object.entries(own)) this.#add(measure, part, tensorOf(value));
  }

  /** The merged parts by name, `accuracy/count`: what is saved of an unfinished epoch. */
  tensors(): Map<string, HostTensor> {
    return new Map([...this.#pieces].map(([name, pieces]) => [name, copyOf(joined(pieces))]));
  }

  /** Takes over saved parts. */
  restore(tensors: ReadonlyMap<string, HostTensor>): void {
    this.#pieces.clear();
    for (const [name, tensor] of tensors) this.#pieces.set(name, [copyOf(tensor)]);
  }

  /** The names of what measured. */
  get measures(): readonly string[] {
    return [...new Set([...this.#pieces.keys()].map((name) => name.slice(0, name.lastIndexOf('/'))))];
  }

  /** The merged parts of one measure. */
  of(measure: string): Record<string, HostTensor> {
    const own = [...this.#pieces].filter(([name]) => name.slice(0, name.lastIndexOf('/')) === measure);
    return Object.fromEntries(own.map(([name, pieces]) => [name.slice(measure.length + 1), joined(pieces)]));
  }

  #add(measure: string, part: string, value: HostTensor): void {
    const name = `${measure}/${part}`;
    const rule = this.rule(measure, part);
    const pieces = this.#pieces.get(name);
    if (rule === 'concatenate') {
      if (pieces) pieces.push(value);
      else this.#pieces.set(name, [value]);
      return;
    }
    const [before] = pieces ?? [];
    if (!before) {
      const data = Float64Array.from(value.data);
      this.#pieces.set(name, [{ data, shape: value.shape, dtype: 'float64' }]);
      return;
    }
    if (!sameShape(before.shape, value.shape))
      throw new AdjointError(
        'SHAPE_MISMATCH',
        `metric '${measure}': the part '${part}' has another shape in another batch; merge it by 'concatenate', or give it a fixed shape.`,
      );
    const { data } = before;
    for (let i = 0; i < data.length; i++) data[i] = merged[rule](data[i]!, value.data[i]!);
  }
}

const merged: Record<Exclude<Merge, 'concatenate'>, (a: number, b: number) => number> = {
  sum: (a, b) => a + b,
  max: Math.max,
  min: Math.min,
};

function tensorOf(value: HostTensor | number): HostTensor {
  return typeof value === 'number' ? { data: Float64Array.of(value), shape: [], dtype: 'float64' } : value;
}

function joined(pieces: readonly HostTensor[]): HostTensor {
  const [first] = pieces as readonly [HostTensor];
  if (pieces.length === 1) return first;
  const data = allocateArray(
    first.dtype,
    pieces.reduce((sum, piece) => sum + piece.data.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    data.set(piece.data, at);
    at += piece.data.length;
  }
  const rows = pieces.reduce((sum, { shape }) => sum + (shape[0] ?? 1), 0);
  return { data, shape: [rows, ...first.shape.slice(1)], dtype: first.dtype };
}

/** Sums are added to in place. */
function copyOf(tensor: HostTensor): HostTensor {
  return { ...tensor, data: tensor.data.slice() };
}
