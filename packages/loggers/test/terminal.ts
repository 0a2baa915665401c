/** A terminal as far as bars need one: lines, and a cursor that moves up and erases. */
export class FakeTerminal {
  readonly isTTY = true;
  readonly columns = 100;
  readonly lines: string[] = [''];
  #row = 0;

  readonly write = (text: string): boolean => {
    // oxlint-disable-next-line no-control-regex -- Control characters are what a terminal is told by.
    for (const [part] of text.matchAll(/\x1b\[(\d*)([AJK])|\r|\n|[^\x1b\r\n]+/g)) this.#take(part);
    return true;
  };

  /** What stands there, without the empty line of the cursor. */
  get shown(): string[] {
    return this.lines.filter((line) => line !== '');
  }

  #take(part: string): void {
    if (part === '\n') {
      this.#row++;
      this.lines[this.#row] ??= '';
    } else if (part.startsWith('\x1b')) {
      if (part.endsWith('A')) this.#row -= Number(part.slice(2, -1));
      if (part.endsWith('J')) this.lines.splice(this.#row, Infinity, '');
      if (part.endsWith('K')) this.lines[this.#row] = '';
      if (this.#row < 0) throw new Error('the cursor has left the terminal');
    } else if (part !== '\r') this.lines[this.#row] += part;
  }
}
