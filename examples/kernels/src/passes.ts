import { convolve, flip, gradients, type App, type Tensor, type TensorLike } from 'adjoint';
import { gridOf, type Grid } from './images.js';

/** Gradients of a convolution, by the library and as convolutions written out. */
export interface Agreement {
  readonly dimensions: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
  /** Largest difference of the gradient by the input, and by the kernel. */
  readonly input: number;
  readonly kernel: number;
}

/** The gradient by the input: a convolution of the spread cotangent with the flipped kernel, channels and filters exchanged. */
export function inputGradient(g: Tensor, w: Tensor, x: Tensor, { stride, dilation, padding }: Attributes): Tensor {
  const spatial = x.shape.slice(2);
  const sides = spatial.map((extent, d): [number, number] => {
    const { reach, rest } = sizes(extent, w.shape[d + 2]!, { stride, dilation, padding });
    return [reach - 1 - padding, reach - 1 - padding + rest];
  });
  const axes = spatial.map((_, d) => d + 2);
  return convolve(g, swap(flip(w, axes)), { inputDilation: stride, dilation, padding: sides });
}

/** The gradient by the kernel: a convolution of the input with the cotangent as a kernel whose taps are a stride apart. */
export function kernelGradient(g: Tensor, w: Tensor, x: Tensor, { stride, dilation, padding }: Attributes): Tensor {
  const sides = x.shape.slice(2).map((extent, d): [number, number] => {
    const { rest } = sizes(extent, w.shape[d + 2]!, { stride, dilation, padding });
    return [padding, padding - rest];
  });
  return swap(convolve(swap(x), swap(g), { stride: dilation, dilation: stride, padding: sides }));
}

interface Attributes {
  readonly stride: number;
  readonly dilation: number;
  readonly padding: number;
}

/** How far a kernel reaches, and how many places at the end no window reads. */
function sizes(extent: number, taps: number, { stride, dilation, padding }: Attributes) {
  const reach = (taps - 1) * dilation + 1;
  return { reach, rest: (extent + 2 * padding - reach) % stride };
}

function swap(x: Tensor): Tensor {
  return x.transpose([1, 0, ...x.shape.slice(2).map((_, d) => d + 2)]);
}

/** Compares both gradients in float64, in one to three dimensions, with strides and dilations that do not divide. */
export async function agreements(app: App): Promise<readonly Agreement[]> {
  const found: Agreement[] = [];
  for (const dimensions of [1, 2, 3]) {
    for (const [stride, dilation, padding] of [
      [1, 1, 1],
      [2, 1, 1],
      [3, 2, 2],
    ] as const) {
      const attributes = { stride, dilation, padding };
      const draw = (shape: readonly number[], seed: number): Tensor => {
        const size = shape.reduce((product, extent) => product * extent, 1);
        return app.tensor(
          Float64Array.from({ length: size }, (_, i) => Math.sin(seed + i * i)),
          shape,
        );
      };
      const spatial = [10, 9, 8].slice(0, dimensions);
      const x = draw([2, 3, ...spatial], 1);
      const w = draw([4, 3, ...spatial.map(() => 3)], 2);
      const y = convolve(x, w, attributes);
      const g = draw(y.shape, 3);
      const [byInput, byKernel] = gradients(y, [x, w], g) as [Tensor, Tensor];
      found.push({
        dimensions,
        ...attributes,
        input: await difference(inputGradient(g, w, x, attributes), byInput),
        kernel: await difference(kernelGradient(g, w, x, attributes), byKernel),
      });
    }
  }
  return found;
}

async function difference(one: Tensor, other: Tensor): Promise<number> {
  return one.sub(other).abs().max().item();
}

/** What the passes do to an image: forward, and back from a cotangent that is 1 at one place. */
export interface Passes {
  readonly kernel: Grid;
  readonly forward: Grid;
  readonly cotangent: Grid;
  readonly inputGradient: Grid;
  readonly kernelGradient: Grid;
}

/** Both passes of a convolution with one kernel, with the cotangent that is given or, without one, the output's own values. */
export async function passes(app: App, image: Grid, kernel: Grid, at?: readonly [number, number]): Promise<Passes> {
  const tensor = (value: TensorLike): Tensor => app.tensor(value);
  const [x, w] = [tensor([[image]]), tensor([[kernel]])];
  const padding = (kernel.length - 1) / 2;
  const y = convolve(x, w, { padding });
  const forward = gridOf(await y.data(), image[0]!.length);
  const cotangent = at ? image.map((row, i) => row.map((_, j) => Number(i === at[0] && j === at[1]))) : forward;
  const [byInput, byKernel] = gradients(y, [x, w], tensor([[cotangent]])) as [Tensor, Tensor];
  return {
    kernel,
    forward,
    cotangent,
    inputGradient: gridOf(await byInput.data(), image[0]!.length),
    kernelGradient: gridOf(await byKernel.data(), kernel[0]!.length),
  };
}
