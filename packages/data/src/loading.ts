import { AdjointError, type Watched } from '@adjoint/core';
import { valueText } from '@adjoint/core/options';

type OnProgress = NonNullable<Watched['onProgress']>;

/** Characters of a text that are read at once. */
const pieceLength = 2 ** 20;

/** Tells how far loading is: the result is called with how much has been added to what is done. */
export function loading(onProgress: OnProgress | undefined, unit: string, total?: number): (more: number) => void {
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new AdjointError(
      'OPTIONS_INVALID',
      `option 'onProgress' is ${valueText(onProgress)}; expected a function of the progress.`,
    );
  let done = 0;
  return (more) => {
    done += more;
    onProgress?.({ work: 'loading', done, unit, ...(total !== undefined && { total }) });
  };
}

/** Passes bytes on, and tells of each piece once whoever asked for it has read it. */
export async function* tellingBytes(
  pieces: AsyncIterable<Uint8Array>,
  tell: (more: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    tell(piece.length);
  }
}

/** Gives a reader a text, piece by piece. */
export function pushText(reader: { push(text: string): void }, text: string, onProgress: OnProgress | undefined): void {
  const tell = loading(onProgress, 'characters', text?.length);
  // The reader says what is wrong with what is no text.
  if (typeof text !== 'string') reader.push(text);
  else
    for (let at = 0; at < text.length; at += pieceLength) {
      reader.push(text.slice(at, at + pieceLength));
      tell(Math.min(pieceLength, text.length - at));
    }
}
