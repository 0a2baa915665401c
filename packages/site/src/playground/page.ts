// The playground's program: an editor of the network, a loop that trains, and sheets that show what it has become.
import { createApp } from 'adjoint';
import { digits as readDigits } from '@adjoint/data';
import { elementsIn } from './elements.js';
import { Lesson } from './lesson.js';
import { NetworkError, startingNetwork } from './network.js';
import { show } from './show.js';

/** Steps between two looks. */
const stepsPerLook = 5;

/** Builds the playground in an element, on the digits of that address; returns what ends it. */
export function mount(root: HTMLElement, address: string): () => void {
  const app = createApp();
  const elements = elementsIn(root);
  const { editor, train, restart, another, message, status } = elements;
  editor.value = startingNetwork;
  let isClosed = false;
  let isTraining = false;
  let digit = 0;
  let lesson: Lesson | undefined;
  // One thing after the other: what a visitor asks for comes between two looks.
  let last: Promise<unknown> = Promise.resolve();
  const next = (work: () => Promise<void>): void => {
    last = last.then(async () => {
      if (isClosed) return;
      try {
        await work();
        message.textContent = '';
      } catch (error) {
        if (!(error instanceof NetworkError)) console.error(error);
        setTraining(false);
        message.textContent = String(error instanceof Error ? error.message : error);
      }
    });
  };
  const digits = readDigits(new URL(address, location.href));

  const look = async (): Promise<void> => {
    if (!lesson) return;
    const { inputs, targets } = await lesson.test.batch(Int32Array.of(digit));
    show(elements, inputs[0], Number(targets[0]?.data[0]), await lesson.look(digit));
    const share = (100 * (await lesson.accuracy())).toFixed(1);
    const loss = lesson.step > 0 ? `, loss ${lesson.loss.toFixed(3)}` : '';
    const { backend } = app.engine;
    const threads = 'threads' in backend ? Number(backend.threads) : 1;
    status.textContent = `Step ${lesson.step}${loss}, ${share} % of the test digits right; on ${threads} thread${threads === 1 ? '' : 's'}`;
    root.dataset['step'] = String(lesson.step);
  };
  const begin = async (): Promise<void> => {
    const fresh = Lesson.of(app, editor.value, await digits);
    await lesson?.close();
    lesson = fresh;
    await look();
  };
  const goOn = async (): Promise<void> => {
    if (!isTraining || !lesson) return;
    await lesson.advance(stepsPerLook);
    await look();
    await new Promise(requestAnimationFrame);
    next(goOn);
  };
  const setTraining = (on: boolean): void => {
    isTraining = on;
    train.textContent = on ? 'Pause' : 'Train';
    if (on) next(goOn);
  };

  train.addEventListener('click', () => setTraining(!isTraining));
  restart.addEventListener('click', () => next(begin));
  another.addEventListener('click', () => {
    digit = (digit + 1) % (lesson?.test.size ?? 1);
    next(look);
  });
  next(begin);
  return () => {
    isClosed = true;
    void last.finally(() => app.close());
  };
}
