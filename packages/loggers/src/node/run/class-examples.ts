import { view, type Dataset, type HostTensor, type Model, type Observed } from '@adjoint/core';
import { encodePng } from '../images/png.js';
import { imageAt, isImage } from '../images/tiles.js';

/** Examples of one class that are taken for one class. */
export interface ClassExamples {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
  readonly examples: readonly {
    /** Among the validation data. */
    readonly index: number;
    /** A PNG as a `data:` address. */
    readonly image: string;
  }[];
}

/** What a run takes images of the validation data for. */
export interface ExamplesFile {
  readonly classes: number;
  /** Examples that were looked at: the first so many. */
  readonly examples: number;
  readonly cells: readonly ClassExamples[];
}

/** Examples that are looked at, and images that are kept of them. */
const [mostExamples, mostImages] = [2000, 1000];

/**
 * Some images for each pair of true and predicted class, up to `each`; undefined where a run does not tell classes of
 * images.
 */
export async function classExamples(run: Observed, each: number): Promise<ExamplesFile | undefined> {
  const { model, validation } = run;
  if (!model || !validation || !run.predictClasses || !tellsClasses(model, validation)) return undefined;
  const indices = Int32Array.from({ length: Math.min(validation.size, mostExamples) }, (_, i) => i);
  const predictions = await run.predictClasses(view(validation, { indices }));
  const cells = new Map<
    string,
    { truth: number; predicted: number; count: number; examples: ClassExamples['examples'][number][] }
  >();
  let images = 0;
  for (let from = 0; from < indices.length; from += 256) {
    const { inputs, targets } = await validation.batch(indices.subarray(from, from + 256));
    const truths = classesOf(targets[0]!);
    truths.forEach((truth, i) => {
      const predicted = predictions[from + i]!.index;
      const key = `${truth},${predicted}`;
      const cell = cells.get(key) ?? { truth, predicted, count: 0, examples: [] };
      cells.set(key, cell);
      cell.count++;
      if (cell.examples.length >= each || images >= mostImages) return;
      images++;
      const { png } = encodePng(imageAt(inputs[0], i));
      const image = `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
      cell.examples.push({ index: from + i, image });
    });
  }
  return { classes: Math.max(2, model.outputs[0].shape[0] ?? 2), examples: indices.length, cells: [...cells.values()] };
}

/** One input of images, one output with a number for each class or one for two, targets that are classes. */
function tellsClasses({ inputs, outputs, outputScale }: Model, { targets: [target] }: Dataset): boolean {
  const [classes = 0] = outputs[0].shape;
  if (inputs.length > 1 || outputs.length > 1 || !isImage(inputs[0].shape) || outputs[0].shape.length !== 1)
    return false;
  // One number may also be a quantity; class numbers are whole.
  if (classes === 1) return outputScale !== undefined && target?.dtype === 'int32';
  return (
    target !== undefined && (target.shape.length === 0 || (target.shape.length === 1 && target.shape[0] === classes))
  );
}

/** Classes, also of targets that state a probability for each. */
function classesOf(target: HostTensor): number[] {
  const [examples = 0] = target.shape;
  return Array.from({ length: examples }, (_, i) =>
    target.data.length === examples ? target.data[i]! : greatest(target, i),
  );
}

/** The place of the greatest number in a row. */
function greatest({ data, shape: [, columns = 1] }: HostTensor, row: number): number {
  let best = 0;
  for (let k = 1; k < columns; k++) if (data[row * columns + k]! > data[row * columns + best]!) best = k;
  return best;
}
