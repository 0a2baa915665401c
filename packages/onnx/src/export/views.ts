import { sameDim, type Dim } from './dims.js';
import type { GraphWriter } from './graph-writer.js';

interface View {
  readonly source: string;
  /** Extents of the source, of a reshape; the permutation of the source, of a transposition. */
  readonly dims?: readonly Dim[];
  readonly permutation?: readonly number[];
}

/** Reshapes and transpositions; one that undoes another one, or follows it, is joined with it. */
export class Views {
  readonly #views = new Map<string, View>();

  constructor(readonly writer: GraphWriter) {}

  /** The value under another shape. */
  reshape(name: string, from: readonly Dim[], to: readonly Dim[]): string {
    const before = this.#views.get(name);
    const source = before?.dims ? before.source : name;
    const dims = before?.dims ?? from;
    if (dims.length === to.length && dims.every((dim, axis) => sameDim(dim, to[axis] ?? 0))) return source;
    const varying = to.filter((dim) => typeof dim !== 'number');
    const shape =
      varying.length === 1
        ? this.writer.integers(to.map((dim) => (typeof dim === 'number' ? dim : -1)))
        : this.writer.shape(to);
    // Empty axes are extents like others.
    const result = this.writer.node('Reshape', [source, shape], varying.length === 1 ? {} : { allowzero: 1 });
    this.#views.set(result, { source, dims });
    return result;
  }

  transpose(name: string, permutation: readonly number[]): string {
    const before = this.#views.get(name);
    const source = before?.permutation ? before.source : name;
    const whole = permutation.map((axis) => before?.permutation?.[axis] ?? axis);
    if (whole.every((axis, i) => axis === i)) return source;
    const result = this.writer.node('Transpose', [source], { perm: whole });
    this.#views.set(result, { source, permutation: whole });
    return result;
  }
}
