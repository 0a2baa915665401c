import type { Trainer } from 'adjoint';
import { Presets, SingleBar } from 'cli-progress';

/** Shows loss, accuracy, images per second and the time left: a bar on a terminal, a line per epoch elsewhere. */
export function showProgress(trainer: Trainer, stream: NodeJS.WriteStream = process.stdout): void {
  const format =
    'epoch {epoch} |{bar}| {percentage}%  loss {loss}  accuracy {accuracy}  {rate} images/s  {left} s left';
  const bar = stream.isTTY ? new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic) : undefined;
  let images = 0;
  let start = 0;
  let firstStep = 0;

  trainer.on('fit:start', ({ step, epochs, stepsPerEpoch, parameters }) => {
    stream.write(
      `Training ${parameters.toLocaleString('en')} parameters for ${epochs} epochs of ${stepsPerEpoch} steps\n`,
    );
    start = performance.now();
    firstStep = step;
    bar?.start(epochs * stepsPerEpoch, step, { epoch: 1, loss: '–', accuracy: '–', rate: '–', left: '–' });
  });
  trainer.on('step:end', ({ epoch, step, epochs, stepsPerEpoch, loss, metrics, examples }) => {
    images += examples;
    const seconds = (performance.now() - start) / 1000;
    const done = step + 1 - firstStep;
    bar?.update(step + 1, {
      epoch: `${epoch + 1}/${epochs}`,
      loss: loss.toFixed(3),
      accuracy: metrics['accuracy']!.toFixed(3),
      rate: Math.round(images / seconds),
      left: Math.ceil((seconds / done) * (epochs * stepsPerEpoch - step - 1)),
    });
  });
  trainer.on('epoch:end', ({ epoch, epochs, metrics }) => {
    if (bar) return;
    const rate = Math.round(images / ((performance.now() - start) / 1000));
    stream.write(
      `epoch ${epoch + 1}/${epochs}  loss ${metrics['loss']!.toFixed(4)}  accuracy ${metrics['accuracy']!.toFixed(4)}  ${rate} images/s\n`,
    );
  });
  trainer.on('warning', ({ message }) => stream.write(`${message}\n`));
  trainer.on('fit:end', () => bar?.stop());
}
