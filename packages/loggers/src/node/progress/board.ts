/** Where bars are drawn: a terminal, or what stands for one. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** A line of the board. */
export interface Line {
  text(columns: number): string;
}

/** Milliseconds between two drawings. */
const interval = 80;

/** Lines at the bottom of a terminal that change in place. What others print in the meantime goes above them. */
export class Board {
  static readonly #boards = new WeakMap<Terminal, Board>();
  readonly #lines: Line[] = [];
  /** Lines that stand on the terminal. */
  #drawn = 0;
  #lastDrawn = -Infinity;
  #later: NodeJS.Timeout | undefined;
  #restore: (() => void) | undefined;

  /** All bars of one terminal are on one board. */
  static of(terminal: Terminal): Board {
    const known = Board.#boards.get(terminal) ?? new Board(terminal);
    Board.#boards.set(terminal, known);
    return known;
  }

  private constructor(readonly terminal: Terminal) {}

  add(line: Line): void {
    this.#lines.push(line);
    this.#restore ??= this.#watch();
    this.draw(true);
  }

  /** Takes a line away; it stays above the others as it is now, if it is to be kept. */
  remove(line: Line, keep: boolean): void {
    const at = this.#lines.indexOf(line);
    if (at < 0) return;
    this.#erase();
    this.#lines.splice(at, 1);
    if (keep) this.terminal.write(`${line.text(this.#columns)}\n`);
    if (this.#lines.length > 0) this.draw(true);
    else {
      clearTimeout(this.#later);
      this.#later = undefined;
      this.#restore?.();
      this.#restore = undefined;
    }
  }

  /** Draws all lines anew; if that was done a moment ago, a moment later. */
  draw(isDue = performance.now() - this.#lastDrawn >= interval): void {
    if (!isDue) {
      this.#later ??= setTimeout(() => this.draw(true), interval).unref();
      return;
    }
    clearTimeout(this.#later);
    this.#later = undefined;
    this.#lastDrawn = performance.now();
    const text = this.#lines.map((line) => `\x1b[2K${line.text(this.#columns)}\n`).join('');
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A\r` : '';
    this.#drawn = this.#lines.length;
    this.#own(`${up}${text}\x1b[J`);
  }

  #erase(): void {
    if (this.#drawn > 0) this.#own(`\x1b[${this.#drawn}A\r\x1b[J`);
    this.#drawn = 0;
  }

  get #columns(): number {
    // Some do not say how wide they are, or say 0. A line that fills the last column wraps on some.
    return (this.terminal.columns || 80) - 1;
  }

  #isOwn = false;

  #own(text: string): void {
    this.#isOwn = true;
    this.terminal.write(text);
    this.#isOwn = false;
  }

  /** Makes way for what is printed by others as long as there are lines. */
  #watch(): () => void {
    const streams = new Set<Terminal>([this.terminal]);
    for (const stream of [process.stdout, process.stderr])
      if (stream.isTTY && this.terminal === process.stderr) streams.add(stream);
    const undo = [...streams].map((stream) => {
      const { write } = stream;
      const isInherited = !Object.hasOwn(stream, 'write');
      const watching = (...args: unknown[]): unknown => {
        if (this.#isOwn) return Reflect.apply(write, stream, args);
        this.#erase();
        const result: unknown = Reflect.apply(write, stream, args);
        if (typeof args[0] !== 'string' || args[0].endsWith('\n')) this.draw(true);
        return result;
      };
      stream.write = watching;
      return () => {
        // Whoever has put another function there since then keeps it.
        if (stream.write !== watching) return;
        if (isInherited) delete (stream as Partial<Terminal>).write;
        else stream.write = write;
      };
    });
    return () => undo.forEach((take) => take());
  }
}
