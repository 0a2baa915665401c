import { isHostTensor, type Observed, type TrainingEvents } from '@adjoint/core';
import type { OutputFile } from './output-file.js';

export interface EventLinesOptions {
  /** Writes every so many steps; none for 0. */
  readonly steps: number;
}

const events = [
  'fit:start',
  'validation:end',
  'epoch:end',
  'fit:end',
  'profile',
  'warning',
] as const satisfies readonly (keyof TrainingEvents)[];

/** Appends a line of JSON for each event of a run: { event, time, …payload }; returns the undo. */
export function writeEvents(run: Observed, file: OutputFile, { steps }: EventLinesOptions): () => void {
  const write = (event: string, payload: object): void => file.append(eventLine(event, payload));
  const undo = events.map((event) => run.on(event, (payload) => write(event, withTables(payload))));
  if (steps > 0)
    undo.push(
      run.on('step:end', (payload) => {
        // Tables of single steps are too much to keep.
        if ((payload.step + 1) % steps === 0) write('step:end', { ...payload, figures: undefined });
      }),
    );
  return () => undo.forEach((take) => take());
}

/** Numbers among the figures are metrics, and stand there; tables stay. */
function withTables(payload: object): object {
  if (!('figures' in payload)) return payload;
  const { figures, ...rest } = payload as { readonly figures: object };
  const tables = Object.entries(figures).filter(([, figure]) => isHostTensor(figure));
  return tables.length === 0 ? rest : { ...rest, figures: Object.fromEntries(tables) };
}

export function eventLine(event: string, payload: object): string {
  return `${JSON.stringify({ event, time: new Date().toISOString(), ...payload }, plainValues)}\n`;
}

/** Typed arrays as lists. */
function plainValues(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? [...(value as Float64Array)] : value;
}
