/** Stretches of memory that are taken: those that meet become one. */
export class Stretches {
  /** Where they begin and end, in turn, in ascending order. */
  readonly #bounds: number[] = [];

  add(start: number, end: number): void {
    const first = this.#below(start);
    const last = this.#below(end + 1);
    // After an odd number of bounds, a place is within a stretch or at its end.
    const bounds = [...(first % 2 === 0 ? [start] : []), ...(last % 2 === 0 ? [end] : [])];
    this.#bounds.splice(first, last - first, ...bounds);
  }

  /** The lowest place from `from` on where so many bytes are free. */
  firstFit(from: number, bytes: number): number {
    const bounds = this.#bounds;
    let next = this.#below(from + 1);
    let place = next % 2 === 0 ? from : bounds[next++]!;
    for (; next < bounds.length && bounds[next]! < place + bytes; next += 2) place = bounds[next + 1]!;
    return place;
  }

  /** How many bounds are below a place. */
  #below(place: number): number {
    let [low, high] = [0, this.#bounds.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#bounds[middle]! < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
