import { convolve, type App, type TensorLike } from 'adjoint';
import { gridOf, type Grid } from './images.js';

/** A kernel with a name, and what it answers. */
export interface Filtered {
  readonly name: string;
  readonly kernel: Grid;
  readonly response: Grid;
}

const scaled = (kernel: Grid, factor: number): Grid => kernel.map((row) => row.map((value) => value * factor));
const binomial = [1, 4, 6, 4, 1];

/** Kernels of image processing, by what they do. */
export const kernels2d: Readonly<Record<string, Grid>> = {
  'blur (Gauss)': scaled(
    binomial.map((a) => binomial.map((b) => a * b)),
    1 / 256,
  ),
  'upright edges': scaled(
    [
      [-1, 0, 1],
      [-2, 0, 2],
      [-1, 0, 1],
    ],
    1 / 4,
  ),
  'level edges': scaled(
    [
      [-1, -2, -1],
      [0, 0, 0],
      [1, 2, 1],
    ],
    1 / 4,
  ),
  'spots (Laplace)': [
    [0, -1, 0],
    [-1, 4, -1],
    [0, -1, 0],
  ],
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],
};

export const kernels1d: Readonly<Record<string, readonly number[]>> = {
  'mean of 5': [0.2, 0.2, 0.2, 0.2, 0.2],
  slope: [-0.5, 0, 0.5],
  curvature: [1, -2, 1],
};

/** Each kernel over an image, with zeros around it. */
export async function filter2d(app: App, image: Grid): Promise<readonly Filtered[]> {
  const found: Filtered[] = [];
  for (const [name, kernel] of Object.entries(kernels2d)) {
    const response = convolve(as(app, [[image]]), as(app, [[kernel]]), { padding: 'same' });
    found.push({ name, kernel, response: gridOf(await response.data(), image[0]!.length) });
  }
  return found;
}

/** Each kernel over a row of an image, whose ends are repeated. */
export async function filter1d(
  app: App,
  signal: readonly number[],
): Promise<Readonly<Record<string, readonly number[]>>> {
  const found: Record<string, readonly number[]> = {};
  for (const [name, kernel] of Object.entries(kernels1d)) {
    const options = { padding: (kernel.length - 1) / 2, paddingMode: 'replicate' } as const;
    found[name] = [...(await convolve(as(app, [[signal]]), as(app, [[kernel]]), options).data())];
  }
  return found;
}

/** Frames of a film and what kernels over time, rows and columns answer in the middle of it. */
export interface Film {
  readonly frames: readonly Grid[];
  readonly responses: readonly {
    readonly name: string;
    readonly response: Grid;
    /** Mean square. */ readonly energy: number;
  }[];
}

/**
 * A film in which an image moves one place to the right from frame to frame, on a ring. x[t+1, j+1] − x[t, j] is 0 there
 * and not in any other motion: a kernel in 3-D sees motion.
 */
export async function filter3d(app: App, image: Grid, length: number): Promise<Film> {
  const columns = image[0]!.length;
  const frames = Array.from({ length }, (_, t) =>
    image.map((row) => row.map((__, j) => row[(j - t + length * columns) % columns]!)),
  );
  const kernels = {
    'mean over time': Array.from({ length: 5 }, () => [[0, 0.2, 0]]),
    '0 if it moves right': [[[0, -1, 0]], [[0, 0, 1]]],
    '0 if it moves left': [[[0, -1, 0]], [[1, 0, 0]]],
    '0 if it rests': [[[0, -1, 0]], [[0, 1, 0]]],
  };
  const responses = [];
  for (const [name, kernel] of Object.entries(kernels)) {
    // Ring columns, so that nothing but the motion is seen; time has no ring.
    const y = convolve(as(app, [[frames]]), as(app, [[kernel]]), {
      padding: [0, 0, 1],
      paddingMode: 'circular',
    });
    const data = await y.data();
    const size = image.length * columns;
    const middle = Math.floor(data.length / size / 2);
    const response = gridOf(data.subarray(middle * size, (middle + 1) * size), columns);
    const energy = [...data].reduce((sum, value) => sum + value * value, 0) / data.length;
    responses.push({ name, response, energy });
  }
  return { frames, responses };
}

function as(app: App, value: TensorLike) {
  return app.tensor(value);
}
