import { defineLogger, isHostTensor, type Figure, type HostTensor, type Observed } from '@adjoint/core';
import { boolean, count, documented, object, optional, string } from '@adjoint/core/options';
import { hyperparametersOf } from '../hyperparameters.js';
import { encodePng } from '../images/png.js';
import { isImage, tiled } from '../images/tiles.js';
import { EventFile } from './event-file.js';
import { graphOf } from './graph.js';
import { sessionEnd, sessionStart } from './hyperparameters.js';
import { histogramValue, imageValue, scalarValue } from './summaries.js';

/** Writes event files for TensorBoard. */
export const tensorboardLogger = defineLogger({
  options: object({
    directory: documented(
      string,
      'Folder of this run; made if it is not there. TensorBoard is given the one above it.',
    ),
    steps: documented(optional(count, 1), 'Writes the scalars of every so many steps.'),
    histograms: documented(optional(boolean, true), 'Whether to write how weights are spread, after each epoch.'),
    images: documented(
      optional(boolean, true),
      'Whether to write images: of the validation data, of kernels that see images, and of confusion matrices.',
    ),
  }),
  description:
    'Writes event files for TensorBoard: scalars of steps, epochs and validation, histograms of weights, images, the graph of layers, and hyper-parameters.',
  examples: [{ options: { directory: 'runs/first' } }],
  create: ({ directory, ...options }) => ({
    attach: (run) => new TensorboardRun(run, new EventFile(directory), options).attach(),
  }),
});

interface Wanted {
  readonly steps: number;
  readonly histograms: boolean;
  readonly images: boolean;
}

class TensorboardRun {
  /** The graph, the hyper-parameters and images of the data are there once. */
  #hasBegun = false;

  constructor(
    readonly run: Observed,
    readonly file: EventFile,
    readonly wanted: Wanted,
  ) {}

  attach(): () => void {
    const { run, file } = this;
    const scalars = (step: number, prefix: string, values: Readonly<Record<string, number>>): void => {
      const summary = Object.entries(values).map(([name, value]) => scalarValue(`${prefix}/${name}`, value));
      if (summary.length > 0) file.write({ step, summary });
    };
    const undo = [
      run.on('fit:start', async (start) => {
        if (this.#hasBegun) return;
        this.#hasBegun = true;
        const tag = run.validation ? 'validation/loss' : 'epoch/loss';
        file.write({ summary: sessionStart(hyperparametersOf(run, start), [tag], Date.now() / 1000) });
        if (run.model) file.write({ graph: graphOf(run.model) });
        if (this.wanted.images) await this.#writeExamples(start.step);
        await this.#writeWeights(start.step);
      }),
      run.on('step:end', ({ step, loss, penalty, metrics, learningRate, varying }) => {
        if ((step + 1) % this.wanted.steps !== 0) return;
        scalars(step + 1, 'step', { loss, ...(penalty !== 0 && { penalty }), ...metrics, learningRate, ...varying });
      }),
      run.on('validation:end', ({ step, metrics, figures }) => {
        scalars(step, 'validation', metrics);
        if (this.wanted.images) this.#writeTables(step, 'validation', figures);
      }),
      run.on('epoch:end', async ({ step, metrics, milliseconds }) => {
        scalars(step, 'epoch', { ...metrics, seconds: milliseconds / 1000 });
        await this.#writeWeights(step);
      }),
      run.on('fit:end', ({ step, reason }) =>
        file.write({ step, summary: [sessionEnd(reason === 'failed', Date.now() / 1000)] }),
      ),
    ];
    return () => undo.forEach((take) => take());
  }

  async #writeWeights(step: number): Promise<void> {
    const { run, file } = this;
    const { histograms, images } = this.wanted;
    if (!run.model || !run.weights || (!histograms && !images)) return;
    const roles = new Map(run.model.parameters.map(({ name, role }) => [name, role]));
    const summary = [...(await run.weights())].flatMap(([name, value]) => {
      const kernel = images && roles.get(name) === 'kernel' && value.shape.length === 4;
      const canBeSeen = kernel && isImage(value.shape.slice(1));
      return [
        ...(histograms && roles.has(name) ? [histogramValue(name, value.data)] : []),
        ...(canBeSeen ? [imageValue(`kernels/${name}`, encodePng(tiled(value, { scale: 8 })))] : []),
      ];
    });
    if (summary.length > 0) file.write({ step, summary });
  }

  /** The first examples of the validation data. */
  async #writeExamples(step: number): Promise<void> {
    const { validation } = this.run;
    if (!validation || !isImage(validation.inputs[0].shape)) return;
    const first = Int32Array.from({ length: Math.min(25, validation.size) }, (_, i) => i);
    const { inputs } = await validation.batch(first);
    this.file.write({ step, summary: [imageValue('validation/examples', encodePng(tiled(inputs[0])))] });
  }

  /** Tables of two axes, such as confusion matrices, white where they are greatest. */
  #writeTables(step: number, prefix: string, figures: Readonly<Record<string, Figure>>): void {
    const tables = Object.entries(figures).filter(
      (entry): entry is [string, HostTensor] => isHostTensor(entry[1]) && entry[1].shape.length === 2,
    );
    const summary = tables.map(([name, table]) => {
      const image = { ...table, shape: [1, 1, ...table.shape] };
      return imageValue(`${prefix}/${name}`, encodePng(tiled(image, { scale: 12 })));
    });
    if (summary.length > 0) this.file.write({ step, summary });
  }
}
