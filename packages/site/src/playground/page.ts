// The playground's program: an editor of the network, a loop that trains, and pictures that show what it has become.
import { createApp } from 'adjoint';
import { digits as readDigits } from '@adjoint/data';
import { elementsIn } from './elements.js';
import { Lesson } from './lesson.js';
import { NetworkError, startingNetwork } from './network.js';
import { show } from './show.js';

/** Builds the playground in an element, on the digits of that address; returns what ends it. */
export function mount(root: HTMLElement, address: string): () => void {
  const app = createApp();
  const elements = elementsIn(root);
  const { editor, train, step, restart, another, speed, seed, message, status } = elements;
  editor.value = startingNetwork;
  let isClosed = false;
  let isTraining = false;
  /** Whether the next steps wait for their turn already. */
  let isDue = false;
  let digit = 0;
  let lesson: Lesson | undefined;
  // One thing after the other: what a visitor asks for comes between two looks.
  let last: Promise<unknown> = Promise.resolve();
  const next = (work: () => Promise<void>): void => {
    last = last.then(async () => {
      if (isClosed) return;
      try {
        await work();
      } catch (error) {
        setTraining(false);
        complain(String(error instanceof Error ? error.message : error));
        if (!(error instanceof NetworkError)) console.error(error);
        else if (lesson) message.append('\nThe pictures below are still of the network before.');
      }
    });
  };
  /** What is said stays until a network is begun. */
  const complain = (text: string): void => {
    message.textContent = text;
    editor.setAttribute('aria-invalid', String(text !== ''));
  };
  const digits = readDigits(new URL(address, location.href));
  const charts = import('./curves.js');

  const look = async (): Promise<void> => {
    if (!lesson) return;
    const { inputs, targets } = await lesson.test.batch(Int32Array.of(digit));
    show(elements, inputs[0], Number(targets[0]?.data[0]), await lesson.look(digit));
    await lesson.measure();
    const { drawCurves } = await charts;
    drawCurves(elements.curves, lesson.curves);
    status.textContent = statusOf(lesson, threadsOf(app.engine.backend));
    root.dataset['step'] = String(lesson.step);
  };
  const begin = async (): Promise<void> => {
    if (!seed.checkValidity()) throw new NetworkError(`The seed is a whole number from ${seed.min} to ${seed.max}.`);
    const fresh = await Lesson.of(app, editor.value, await digits, seed.valueAsNumber);
    await lesson?.close();
    lesson = fresh;
    complain('');
    await look();
  };
  const advance = async (steps: number): Promise<void> => {
    await lesson?.advance(steps);
    await look();
  };
  const goOn = async (): Promise<void> => {
    isDue = false;
    if (!isTraining || !lesson) return;
    await advance(Number(speed.value));
    await new Promise(requestAnimationFrame);
    keepOn();
  };
  const keepOn = (): void => {
    if (!isTraining || isDue) return;
    isDue = true;
    next(goOn);
  };
  const setTraining = (on: boolean): void => {
    isTraining = on;
    train.textContent = on ? 'Pause' : 'Train';
    keepOn();
  };

  train.addEventListener('click', () => setTraining(!isTraining));
  step.addEventListener('click', () => {
    setTraining(false);
    next(() => advance(1));
  });
  restart.addEventListener('click', () => next(begin));
  editor.addEventListener('keydown', ({ key, ctrlKey, metaKey }) => {
    if (key === 'Enter' && (ctrlKey || metaKey)) next(begin);
  });
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

function statusOf({ step, curves, test }: Lesson, threads: number): string {
  const [, loss] = curves.training.at(-1) ?? [];
  const [, share = 0] = curves.accuracy.at(-1) ?? [];
  return [
    `Step ${step}`,
    ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
    `${(100 * share).toFixed(1)} % of ${test.size} test digits right`,
    `${threads} thread${threads === 1 ? '' : 's'}`,
  ].join(', ');
}

function threadsOf(backend: object): number {
  return 'threads' in backend ? Number(backend.threads) : 1;
}
