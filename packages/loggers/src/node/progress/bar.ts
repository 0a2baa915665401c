import { custom, optional, schemaOf, string, validateOptions } from '@adjoint/core/options';
import { terminalOption } from './terminal-option.js';
import { Board, type Line, type Terminal } from './board.js';
import { durationText, TimeLeft } from './time-left.js';

export interface BarOptions {
  readonly label: string;
  /** What it counts up to; unknown if not given, or not finite. */
  readonly total?: number | undefined;
  /** What it counts, such as `steps`. */
  readonly unit?: string;
  /** Where it is drawn; standard error if not given. Nothing is drawn where that is no terminal. */
  readonly terminal?: Terminal;
}

const barOptions = schemaOf<BarOptions>({
  label: string,
  total: optional(custom((value) => typeof value === 'number' && value >= 0, 'a number ≥ 0')),
  unit: optional(string),
  terminal: terminalOption,
});

const width = 24;
const parts = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A line that says how far a long work is, and how long the rest will take. */
export class Bar implements Line {
  readonly #board: Board | undefined;
  readonly #timeLeft = new TimeLeft();
  readonly #start = performance.now();
  #total: number | undefined;
  #done = 0;
  #note = '';
  #hasEnded = false;

  /** @throws AdjointError `OPTIONS_INVALID` */
  constructor(readonly options: BarOptions) {
    validateOptions(barOptions, options, 'Bar');
    const { terminal = process.stderr, total } = options;
    this.#total = total;
    this.#board = terminal.isTTY ? Board.of(terminal) : undefined;
    this.#board?.add(this);
  }

  /** `note` stands at the end of the line: figures, or what is being done. */
  update(
    done: number,
    { note = this.#note, total = this.#total }: { note?: string; total?: number | undefined } = {},
  ): void {
    [this.#done, this.#note, this.#total] = [done, note, total];
    this.#timeLeft.see(done, performance.now());
    this.#board?.draw();
  }

  /** Ends it; the line stays if it is to be kept. */
  end({ keep = true } = {}): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#board?.remove(this, keep);
  }

  /** The line, cut off at so many columns. */
  text(columns: number): string {
    const { label, unit } = this.options;
    const ofUnit = unit === undefined ? '' : ` ${unit}`;
    const total = this.#total;
    const isKnown = total !== undefined && Number.isFinite(total) && total > 0;
    const share = isKnown ? Math.min(1, this.#done / total) : 0;
    const counted = isKnown
      ? `${barText(share)} ${String(Math.floor(100 * share)).padStart(3)} %  ${countText(this.#done)}/${countText(total)}${ofUnit}`
      : `${countText(this.#done)}${ofUnit}`;
    const left = isKnown && !this.#hasEnded ? this.#timeLeft.of(total) : undefined;
    const time = left === undefined ? durationText(performance.now() - this.#start) : `${durationText(left)} left`;
    const text = [label, counted, time, this.#note].filter((part) => part !== '').join('  ');
    return [...text].slice(0, columns).join('');
  }
}

function barText(share: number): string {
  const eighths = Math.round(share * width * 8);
  const full = Math.floor(eighths / 8);
  return `${'█'.repeat(full)}${full < width ? parts[eighths % 8] : ''}`.padEnd(width);
}

/** Work that is done in part counts as such. */
function countText(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}
