import { dataset } from '@adjoint/data';
import { concatenate, type Dataset, type Tensor } from 'adjoint';

export type Grid = readonly (readonly number[])[];

/** Rows of an image. */
export function gridOf(data: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: data.length / columns }, (_, i) =>
    Array.from({ length: columns }, (__, j) => data[i * columns + j]!),
  );
}

/** Image number `index` of a dataset of images with one channel, as rows. */
export async function imageOf(data: Dataset, index: number): Promise<Grid> {
  const { inputs } = await data.batch(Int32Array.of(index));
  return gridOf(inputs[0].data, inputs[0].shape.at(-1)!);
}

/** Moves everything by so many places along an axis; what leaves at one end comes in at the other. */
export function shift(x: Tensor, axis: number, places: number): Tensor {
  const extent = x.shape[axis]!;
  const by = ((places % extent) + extent) % extent;
  if (by === 0) return x;
  const part = (from: number, to: number): Tensor =>
    x.slice(
      x.shape.map((_, i) => (i === axis ? from : 0)),
      x.shape.map((size, i) => (i === axis ? to : size)),
    );
  return concatenate([part(extent - by, extent), part(0, extent - by)], axis);
}

/** The first images on a larger black ground, moved to the right of its middle. */
export async function moved(
  images: Dataset,
  { count, margin, right }: { readonly count: number; readonly margin: number; readonly right: number },
): Promise<Dataset> {
  const { inputs, targets } = await images.batch(Int32Array.from({ length: count }, (_, i) => i));
  const [rows, columns] = inputs[0].shape.slice(-2) as [number, number];
  const [height, width] = [rows + 2 * margin, columns + 2 * margin];
  const data = new Float32Array(count * height * width);
  for (let n = 0; n < count; n++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        data[(n * height + margin + i) * width + margin + right + j] = inputs[0].data[(n * rows + i) * columns + j]!;
  return dataset({ inputs: { data, shape: [count, 1, height, width] }, targets: targets[0]! });
}
