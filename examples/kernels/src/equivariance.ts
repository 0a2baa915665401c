import { convolve, type App, type Choice, type Dataset, type Tensor } from 'adjoint';
import { moved, shift, type Grid } from './images.js';

/** How far conv(shift(x)) is from shift(conv(x)), as a share of ‖conv(x)‖, by the places shifted. */
export interface Equivariance {
  readonly dimensions: number;
  readonly border: 'ring' | 'zeros';
  readonly stride: number;
  readonly errors: readonly number[];
}

/**
 * Measures equivariance along the last axis of a row, an image and a film. With a stride the output is shifted by the
 * nearest whole number of its own places.
 */
export async function equivariance(
  inputs: readonly (readonly [x: Tensor, w: Tensor])[],
  most: number,
): Promise<readonly Equivariance[]> {
  const found: Equivariance[] = [];
  for (const [x, w] of inputs) {
    for (const [border, stride] of [
      ['ring', 1],
      ['zeros', 1],
      ['ring', 2],
    ] as const) {
      const dimensions = x.rank - 2;
      const run = (input: Tensor): Tensor =>
        convolve(input, w, {
          stride,
          padding: w.shape.slice(2).map((taps) => (taps - 1) / 2),
          paddingMode: border === 'ring' ? 'circular' : 'zeros',
        });
      const axis = x.rank - 1;
      const whole = run(x);
      const length = await norm(whole);
      const errors: number[] = [];
      for (let places = 0; places <= most; places++) {
        const expected = shift(whole, axis, Math.round(places / stride));
        errors.push((await norm(run(shift(x, axis, places)).sub(expected))) / length);
      }
      found.push({ dimensions, border, stride, errors });
    }
  }
  return found;
}

function norm(x: Tensor): Promise<number> {
  return x.square().sum().sqrt().item();
}

/** Test accuracy of a network by how far the images are moved. */
export interface Robustness {
  readonly network: string;
  readonly parameters: number;
  readonly accuracies: readonly number[];
}

export interface RobustnessPlan {
  readonly images: number;
  readonly tested: number;
  readonly epochs: number;
  /** Places to the right. */
  readonly shifts: readonly number[];
}

const margin = 8;

/** Trains a convolutional and a dense network on images in the middle of a black ground, and tests them on images that are not. */
export async function robustness(
  app: App,
  { train, test }: { readonly train: Dataset; readonly test: Dataset },
  { images, tested, epochs, shifts }: RobustnessPlan,
  seed: number,
): Promise<readonly Robustness[]> {
  const networks: Readonly<Record<string, readonly Choice<'layer'>[]>> = {
    'convolutions, mean over places': [
      { conv2d: { filters: 16, kernel: 3, padding: 'same' } },
      'relu',
      { maxPool2d: { size: 2 } },
      { conv2d: { filters: 32, kernel: 3, padding: 'same' } },
      'relu',
      { maxPool2d: { size: 2 } },
      { conv2d: { filters: 64, kernel: 3, padding: 'same' } },
      'relu',
      'globalAveragePool',
      { dense: { units: 10 } },
    ],
    'dense layers': ['flatten', { dense: { units: 128 } }, 'relu', { dense: { units: 10 } }],
  };
  const middle = await moved(train, { count: images, margin, right: 0 });
  const tests = await Promise.all(shifts.map((right) => moved(test, { count: tested, margin, right })));
  const found: Robustness[] = [];
  for (const [network, layers] of Object.entries(networks)) {
    const model = app.sequential({ input: middle.inputs[0]!.shape, seed }, layers);
    const trainer = app.trainer(model, {
      loss: 'crossEntropy',
      optimizer: { adam: { learningRate: 2e-3 } },
      metrics: ['accuracy'],
      seed,
    });
    await trainer.fit(middle, { epochs, batchSize: 50 });
    const accuracies: number[] = [];
    for (const each of tests) accuracies.push((await trainer.evaluate(each))['accuracy']!);
    await trainer.close();
    found.push({ network, parameters: model.parameterCount, accuracies });
  }
  return found;
}

/** A row, an image and a film with kernels of three taps each way, as tensors in float64. */
export function samples(app: App, image: Grid, frames: readonly Grid[]): readonly (readonly [Tensor, Tensor])[] {
  const tensor = (data: readonly number[], shape: readonly number[]): Tensor =>
    app.tensor(Float64Array.from(data), shape);
  const taps = (dimensions: number): Tensor =>
    tensor(
      Array.from({ length: 3 ** dimensions }, (_, i) => Math.cos(3 * i + 1)),
      [1, 1, ...Array.from({ length: dimensions }, () => 3)],
    );
  const [rows, columns] = [image.length, image[0]!.length];
  const row = image[Math.floor(rows / 2)]!;
  return [
    [tensor(row, [1, 1, columns]), taps(1)],
    [tensor(image.flat(), [1, 1, rows, columns]), taps(2)],
    [tensor(frames.flat(2), [1, 1, frames.length, rows, columns]), taps(3)],
  ];
}
