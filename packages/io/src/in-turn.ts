import { resolve } from 'node:path';

/** What is done at a place, and what comes after it. */
interface Turn {
  waiting?: { write: () => Promise<void>; readonly done: Promise<void>; readonly begin: (turn: Promise<void>) => void };
}

const turns = new Map<string, Turn>();

/**
 * Writes to a path one after the other. Of those that wait, only what was asked for last is written: the others end as it
 * does.
 */
export function inTurn(path: string, write: () => Promise<void>): Promise<void> {
  const place = resolve(path);
  const present = turns.get(place);
  if (!present) return take(place, write);
  if (present.waiting) present.waiting.write = write;
  else {
    let begin = (_turn: Promise<void>): void => undefined;
    const done = new Promise<void>((settle) => (begin = settle));
    present.waiting = { write, done, begin };
  }
  return present.waiting.done;
}

function take(place: string, write: () => Promise<void>): Promise<void> {
  const turn: Turn = {};
  turns.set(place, turn);
  const done = write();
  const next = (): void => {
    const { waiting } = turn;
    if (waiting) waiting.begin(take(place, waiting.write));
    else turns.delete(place);
  };
  done.then(next, next);
  return done;
}
