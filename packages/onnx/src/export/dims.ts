/** An extent that depends on the number of examples N: factor·N + offset. */
export interface Varying {
  readonly factor: number;
  readonly offset: number;
}

/** An extent of a value in the graph that is written. */
export type Dim = number | Varying;

export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.factor === b.factor && a.offset === b.offset;
}

/** The extent that is one number for `first` examples, and another one for `first` + 1. */
export function dimOf(first: number, one: number, other: number): Dim {
  const factor = other - one;
  return factor === 0 ? one : { factor, offset: one - factor * first };
}

/** Whether operands broadcast to a shape by themselves: each axis has its extent in one of them. */
export function broadcastsTo(operands: readonly (readonly Dim[])[], shape: readonly Dim[]): boolean {
  return shape.every((extent, axis) => {
    const own = operands.map((dims) => dims[axis - shape.length + dims.length] ?? 1);
    return own.some((each) => sameDim(each, extent)) && own.every((each) => each === 1 || sameDim(each, extent));
  });
}
