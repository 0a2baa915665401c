import { imageGrid, lineChart, type GridImage } from '@adjoint/plots';
import type { Equivariance, Robustness } from './equivariance.js';
import { kernels1d, type Film, type Filtered } from './filters.js';
import type { Grid } from './images.js';
import type { Passes } from './passes.js';

const signed = (caption: string, values: Grid): GridImage => ({ caption, values, colors: 'signed' });
const grey = (caption: string, values: Grid): GridImage => ({ caption, values });

export function filterChart(image: Grid, filtered: readonly Filtered[]): string {
  // Kernels whose taps add up to 1 make images again.
  const isImage = ({ kernel }: Filtered): boolean =>
    Math.abs(kernel.flat().reduce((sum, value) => sum + value, -1)) < 1e-9;
  return imageGrid({
    title: 'What kernels answer to an image',
    subtitle: 'above the kernel, below its answer; blue is negative, white 0, red positive',
    images: [
      [grey('the image', image), ...filtered.map(({ name, kernel }) => signed(name, kernel))],
      [
        grey('', image),
        ...filtered.map((each) =>
          isImage(each) ? { ...grey('', each.response), range: [0, 1] as const } : signed('', each.response),
        ),
      ],
    ],
  });
}

export function signalChart(signal: readonly number[], answers: Readonly<Record<string, readonly number[]>>): string {
  const points = (values: readonly number[]) => values.map((value, i): [number, number] => [i, value]);
  return lineChart({
    title: 'Kernels over a row of the image',
    subtitle: Object.entries(kernels1d)
      .map(([name, kernel]) => `${name}: [${kernel.join(', ')}]`)
      .join(';  '),
    series: [
      { name: 'the row', points: points(signal), color: '#7f7f7f', dashed: true },
      ...Object.entries(answers).map(([name, values]) => ({ name, points: points(values) })),
    ],
    x: { label: 'column' },
    y: { label: 'brightness' },
  });
}

export function filmChart({ frames, responses }: Film): string {
  return imageGrid({
    title: 'Kernels over time, rows and columns see motion',
    subtitle: 'the image moves one place to the right from frame to frame; below: answers in the middle of the film',
    images: [
      frames.slice(0, 4).map((frame, t) => grey(`frame ${t}`, frame)),
      responses.map(({ name, response }, i) =>
        i === 0 ? grey(name, response) : { ...signed(name, response), range: [-1, 1] as const },
      ),
    ],
  });
}

export function passChart(image: Grid, { one, all }: { readonly one: Passes; readonly all: Passes }): string {
  const row = (title: string, found: Passes): GridImage[] => [
    signed(title, found.cotangent),
    signed('x̄ = conv(g, flipped w)', found.inputGradient),
    signed('w̄ = conv(x, g)', found.kernelGradient),
  ];
  return imageGrid({
    title: 'The backward pass is two convolutions',
    subtitle: 'a cotangent at one place copies the kernel to the input, and the patch under the window to the kernel',
    images: [
      [grey('x', image), signed('w', one.kernel), signed('y = conv(x, w)', one.forward)],
      row('g, 1 at one place', one),
      row('g = y', all),
    ],
  });
}

export function equivarianceChart(found: readonly Equivariance[]): string {
  return lineChart({
    title: 'Shift, then convolve; or convolve, then shift',
    subtitle: 'the difference as a share of the output, in 2-D; in 1-D and 3-D alike',
    series: found
      .filter(({ dimensions }) => dimensions === 2)
      .map(({ border, stride, errors }) => ({
        name: `${border === 'ring' ? 'on a ring' : 'zeros around'}, stride ${stride}`,
        points: errors.map((error, places): [number, number] => [places, error]),
      })),
    x: { label: 'places shifted' },
    y: { label: 'difference' },
    dots: true,
  });
}

export function robustnessChart(found: readonly Robustness[], shifts: readonly number[]): string {
  return lineChart({
    title: 'Test accuracy on images that are moved',
    subtitle: 'trained on images in the middle alone',
    series: found.map(({ network, accuracies }) => ({
      name: network,
      points: accuracies.map((accuracy, i): [number, number] => [shifts[i]!, accuracy]),
    })),
    x: { label: 'places to the right' },
    y: { label: 'accuracy', domain: [0, 1] },
    levels: [{ value: 0.1 }],
    dots: true,
  });
}
