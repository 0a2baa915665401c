/** How long what is left will take, from what was done so far. */
export class TimeLeft {
  #first: { readonly done: number; readonly at: number } | undefined;
  #last: { readonly done: number; readonly at: number } | undefined;

  /** `now` in milliseconds. The time up to the first call is left out: it is that of compiling. */
  see(done: number, now: number): void {
    this.#last = { done, at: now };
    this.#first ??= this.#last;
  }

  /** In milliseconds; undefined while nothing can be said. */
  of(total: number): number | undefined {
    if (!this.#first || !this.#last || this.#last.done <= this.#first.done) return undefined;
    const each = (this.#last.at - this.#first.at) / (this.#last.done - this.#first.done);
    return Math.max(0, (total - this.#last.done) * each);
  }
}

/** `3.1 s`, `42 s`, `5 min 10 s`, `2 h 5 min`. */
export function durationText(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
