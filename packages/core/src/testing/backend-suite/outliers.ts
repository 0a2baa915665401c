import { gradients } from '../../autograd/gradients.js';
import type { Engine } from '../../engine/engine.js';
import * as graph from '../../graph/index.js';
import { RandomSource } from '../../random/random-source.js';
import { hostTensor } from '../../tensor/host-tensor.js';
import { forEachIndex, sizeOf, type Shape } from '../../tensor/shape.js';
import type { BackendBed } from './bed.js';

/** What a result may be off by, in parts of the sum of the magnitudes of its own terms. */
const tolerance = 2e-5;

/** Images, channels, filters, rows and columns of a convolution with 3 × 3 taps; sides that are no multiples of 4. */
const [images, channels, filters, rows, columns] = [2, 8, 9, 9, 12];

const halfZero = (random: RandomSource): number => Math.max(0, 2 * random.uniform() - 1);

/** Numbers of an operand, and those of a plane that are replaced. */
const cases: readonly {
  readonly title: string;
  readonly fill: (random: RandomSource) => number;
  readonly isReplaced: (row: number, column: number, plane: number) => boolean;
}[] = [
  { title: 'an element', fill: halfZero, isReplaced: (row, column, plane) => row === 1 && column === 2 && plane === 4 },
  { title: 'a corner of zeros', fill: () => 0, isReplaced: (row, column) => row === 0 && column === 0 },
  { title: 'a row', fill: halfZero, isReplaced: (row) => row === 0 },
  { title: 'a part', fill: halfZero, isReplaced: (row, column) => row >= 1 && column <= 1 },
];

interface Operands {
  readonly image: Float32Array;
  readonly kernel: Float32Array;
  readonly cotangent: Float32Array;
}

/**
 * 3 × 3 convolutions and their gradients beside outliers, which fast algorithms let leak: every result is right to the
 * magnitudes of its own terms, whatever else there is.
 */
export function testOutliers(bed: BackendBed): void {
  for (const outlier of [1e3, 1e8, -1e30, Infinity, NaN]) {
    bed.test(`a convolution's results do not depend on a number of ${outlier} that is not among their terms`, (t) =>
      bed.withEngine(async (engine) => {
        const random = new RandomSource(5);
        // Whether padding times what is not finite is a term is left to the backend.
        const padding = Number.isFinite(outlier) ? 1 : 0;
        const shapes = shapesOf(padding);
        for (const { title, fill, isReplaced } of cases)
          for (const operand of Object.keys(shapes) as (keyof Operands)[]) {
            if (operand === 'kernel' && padding === 0) continue;
            const given = (which: keyof Operands): Float32Array => {
              const [height, width] = shapes[which].slice(-2) as [number, number];
              return Float32Array.from({ length: sizeOf(shapes[which]) }, (_, i) => {
                if (which !== operand) return 2 * random.uniform() - 1;
                const [row, column, plane] = [
                  Math.floor(i / width) % height,
                  i % width,
                  Math.floor(i / width / height),
                ];
                return isReplaced(row, column, plane) ? outlier : fill(random);
              });
            };
            const operands = { image: given('image'), kernel: given('kernel'), cotangent: given('cotangent') };
            const worst = await largestError(engine, operands, padding);
            t.true(worst <= tolerance, `${title} of the ${operand}: off by ${worst}`);
          }
      }),
    );
  }
}

function shapesOf(padding: number): Readonly<Record<keyof Operands, Shape>> {
  return {
    image: [images, channels, rows, columns],
    kernel: [filters, channels, 3, 3],
    cotangent: [images, filters, rows + 2 * padding - 2, columns + 2 * padding - 2],
  };
}

/** The largest error of a convolution and its gradients, in parts of the magnitudes of each result's own terms. */
async function largestError(engine: Engine, operands: Operands, padding: number): Promise<number> {
  const shapes = shapesOf(padding);
  const tensor = (of: keyof Operands): graph.Tensor => engine.tensor(hostTensor(operands[of], shapes[of]));
  const [image, kernel] = [tensor('image'), tensor('kernel')];
  const y = graph.convolve(image, kernel, { padding });
  const got = await engine.evaluate([y, ...gradients(y, [image, kernel], tensor('cotangent'))]);
  const [want, magnitudes] = [(value: number) => value, Math.abs].map((of) =>
    byDefinition(operands, shapes, padding, of),
  );
  let worst = 0;
  got.forEach(({ data }, result) =>
    data.forEach((value, i) => {
      const [right, magnitude] = [want![result]![i]!, magnitudes![result]![i]!];
      // Beyond the range of float32 a sum may be infinite, or the difference of infinities.
      const isOff =
        magnitude < 1e37
          ? Math.abs(value - right) / (magnitude || 1)
          : Number.isFinite(magnitude)
            ? 0
            : Number(Number.isFinite(value));
      worst = Math.max(worst, Number.isNaN(isOff) ? Infinity : isOff);
    }),
  );
  return worst;
}

/** The convolution, and the gradients by its image and its kernel, as sums of products; `of` is taken of all operands. */
function byDefinition(
  { image, kernel, cotangent }: Operands,
  shapes: Readonly<Record<keyof Operands, Shape>>,
  padding: number,
  of: (value: number) => number,
): readonly Float64Array[] {
  const [height, width] = shapes.cotangent.slice(-2) as [number, number];
  const [y, byImage, byKernel] = [cotangent, image, kernel].map(({ length }) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  forEachIndex([images, filters, height, width, channels, 3, 3], (index) => {
    const [n, f, row, column, c, down, across] = index as [number, number, number, number, number, number, number];
    const [i, j] = [row + down - padding, column + across - padding];
    if (i < 0 || i >= rows || j < 0 || j >= columns) return;
    const at = ((n * channels + c) * rows + i) * columns + j;
    const tap = ((f * channels + c) * 3 + down) * 3 + across;
    const output = ((n * filters + f) * height + row) * width + column;
    y[output]! += of(image[at]!) * of(kernel[tap]!);
    byImage[at]! += of(cotangent[output]!) * of(kernel[tap]!);
    byKernel[tap]! += of(image[at]!) * of(cotangent[output]!);
  });
  return [y, byImage, byKernel];
}
