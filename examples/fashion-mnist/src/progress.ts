import type { Trainer } from 'adjoint';
import { Presets, SingleBar } from 'cli-progress';

const format = 'epoch {epoch} |{bar}| {percentage} %  loss {loss}  accuracy {accuracy}  {rate} images/s  {left} s left';

/** Shows loss, accuracy, images per second and the time left: a bar on a terminal, a line per epoch elsewhere. */
export function showProgress(trainer: Trainer, stream: NodeJS.WriteStream = process.stdout): void {
  const bar = stream.isTTY ? new SingleBar({ format, stream, hideCursor: true }, Presets.shades_classic) : undefined;
  let start = 0;
  let images = 0;
  let steps = 0;
  const pace = (stepsLeft: number): { readonly rate: number; readonly left: number } => {
    const seconds = (performance.now() - start) / 1000;
    return { rate: Math.round(images / seconds), left: Math.ceil((seconds / steps) * stepsLeft) };
  };

  trainer.on('fit:start', ({ step, epoch, epochs, stepsPerEpoch, parameters }) => {
    stream.write(
      `Training ${parameters.toLocaleString('en')} parameters for ${epochs} epochs of ${stepsPerEpoch} steps\n`,
    );
    start = performance.now();
    const unknown = { loss: '–', accuracy: '–', rate: '–', left: '–' };
    bar?.start(epochs * stepsPerEpoch, step, { epoch: `${epoch + 1}/${epochs}`, ...unknown });
  });
  trainer.on('step:end', ({ epoch, step, epochs, stepsPerEpoch, loss, metrics, examples }) => {
    images += examples;
    steps++;
    bar?.update(step + 1, {
      epoch: `${epoch + 1}/${epochs}`,
      loss: loss.toFixed(3),
      accuracy: metrics['accuracy']!.toFixed(3),
      ...pace(epochs * stepsPerEpoch - step - 1),
    });
  });
  trainer.on('epoch:end', ({ epoch, epochs, stepsPerEpoch, metrics }) => {
    if (bar) return;
    const { rate, left } = pace((epochs - epoch - 1) * stepsPerEpoch);
    stream.write(
      `epoch ${epoch + 1}/${epochs}  loss ${metrics['loss']!.toFixed(4)}  accuracy ${metrics['accuracy']!.toFixed(4)}  ${rate} images/s  ${left} s left\n`,
    );
  });
  trainer.on('warning', ({ message }) => stream.write(`${message}\n`));
  trainer.on('fit:end', () => bar?.stop());
}
