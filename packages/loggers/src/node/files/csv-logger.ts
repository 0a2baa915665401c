import { defineLogger } from '@adjoint/core';
import { documented, object, oneOf, optional, string } from '@adjoint/core/options';
import { OutputFile } from './output-file.js';

type Row = Readonly<Record<string, number | string>>;

/** Appends a row of figures per epoch or step to a CSV file. */
export const csvLogger = defineLogger({
  options: object({
    path: documented(string, 'File to append to; folders are made.'),
    rows: documented(optional(oneOf('epochs', 'steps'), 'epochs'), 'What a row is of.'),
  }),
  description:
    'Appends a row per epoch (or step) to a CSV file: time, epoch, step, seconds, and a column for each figure, those of the validation data as `validation/…`. A figure that comes later becomes a further column.',
  examples: [{ options: { path: 'runs/first.csv' } }],
  create: ({ path, rows }) => ({
    attach(run) {
      const table = new CsvTable(new OutputFile(path));
      const time = (): string => new Date().toISOString();
      if (rows === 'steps')
        return run.on('step:end', ({ epoch, step, milliseconds, loss, penalty, metrics, learningRate, varying }) =>
          table.add({
            time: time(),
            epoch,
            step,
            seconds: milliseconds / 1000,
            loss,
            penalty,
            ...metrics,
            learningRate,
            ...varying,
          }),
        );
      return run.on('epoch:end', ({ epoch, step, milliseconds, metrics, validation = {} }) =>
        table.add({
          time: time(),
          epoch,
          step,
          seconds: milliseconds / 1000,
          ...metrics,
          ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`validation/${name}`, value])),
        }),
      );
    },
  }),
});

/** A table that grows by rows and columns. */
class CsvTable {
  #columns: string[];

  constructor(readonly file: OutputFile) {
    const [header = ''] = file.read().split('\n', 1);
    this.#columns = header === '' ? [] : fieldsOf(header);
  }

  add(row: Row): void {
    const added = Object.keys(row).filter((name) => !this.#columns.includes(name));
    if (added.length > 0) this.#widen(added);
    this.file.append(line(this.#columns.map((name) => row[name] ?? '')));
  }

  #widen(added: readonly string[]): void {
    this.#columns = [...this.#columns, ...added];
    const [, ...rows] = this.file.read().split('\n');
    const wider = rows.filter((row) => row !== '').map((row) => `${row}${','.repeat(added.length)}\n`);
    this.file.replace(line(this.#columns) + wider.join(''));
  }
}

/** Fields with commas, quotes or line ends in quotes (RFC 4180). */
function line(fields: readonly (number | string)[]): string {
  const quoted = fields.map((field) => {
    const text = String(field);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  });
  return `${quoted.join(',')}\n`;
}

/** The fields of a line that `line` has written. */
function fieldsOf(text: string): string[] {
  return [...text.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|\r?$)/g)]
    .map(([, field = '']) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field))
    .slice(0, text.endsWith(',') ? undefined : -1);
}
