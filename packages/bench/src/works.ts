import { TILE } from '@adjoint/backend-wasm/tile';

/** An array that a work starts from: uniform in ±spread, or the class labels 0 … classes − 1 in turn. */
export interface InitialArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: { readonly spread: number } | { readonly classes: number };
}

/** What the programs know how to do; the shapes are those of the arrays that they are given. */
export type Task = 'tile-loop' | 'matmul' | 'convolution' | 'cnn-step' | 'cnn-forward' | 'mlp-step';

/** One line of the benchmark: a task at a size. */
export interface Work {
  readonly name: string;
  readonly task: Task;
  readonly arrays: readonly InitialArray[];
  /** Floating-point operations of one run that no algorithm of the textbook kind avoids; a multiply-add is two. */
  readonly flops: number;
  /** Images that one run passes through, for works on images. */
  readonly images?: number;
  /** Every run in a new process, with building and compiling counted. */
  readonly fresh?: boolean;
}

/** One run of the tile loop: so many tiles over panels of 12 KiB, which every first-level cache holds. */
export const TILE_LOOP = { tiles: 2000, depth: 256 } as const;

export const tileLoopWork: Work = {
  name: 'tile-loop',
  task: 'tile-loop',
  arrays: [],
  flops: TILE_LOOP.tiles * 2 * TILE_LOOP.depth * TILE.rows * TILE.columns,
};

/** c = a·b of square matrices. */
export function matmulWork(size: number): Work {
  const shape = [size, size];
  return {
    name: `matmul-${size}`,
    task: 'matmul',
    arrays: [
      { name: 'a', shape, fill: { spread: 1 } },
      { name: 'b', shape, fill: { spread: 1 } },
    ],
    flops: 2 * size ** 3,
  };
}

/** y = x ∗ w (3×3, padding 1) and, for the cotangent g of y, both gradients. */
export function convolutionWork({ batch, channels, size }: Record<'batch' | 'channels' | 'size', number>): Work {
  const image = [batch, channels, size, size];
  return {
    name: `conv${channels}-fwd-bwd`,
    task: 'convolution',
    arrays: [
      { name: 'x', shape: image, fill: { spread: 1 } },
      { name: 'w', shape: [channels, channels, 3, 3], fill: { spread: 1 / Math.sqrt(9 * channels) } },
      { name: 'g', shape: image, fill: { spread: 1 } },
    ],
    flops: 3 * 2 * batch * channels * channels * 9 * size ** 2,
    images: batch,
  };
}

interface CnnSize {
  readonly batch: number;
  /** Even. */
  readonly image: number;
  readonly filters: readonly [number, number];
  readonly hidden: number;
  readonly classes: number;
}

/** conv(1→a, 3×3) relu conv(a→b, 3×3) relu maxpool 2 dense relu dense: a training step with Adam, or the forward pass. */
export function cnnWork(
  name: string,
  task: 'cnn-step' | 'cnn-forward',
  { batch, image, filters: [a, b], hidden, classes }: CnnSize,
): Work {
  const flat = b * ((image - 4) / 2) ** 2;
  const multiplyAdds = [a * 9 * (image - 2) ** 2, b * a * 9 * (image - 4) ** 2, hidden * flat, classes * hidden];
  const forward = 2 * batch * sum(multiplyAdds);
  return {
    name,
    task,
    arrays: [
      { name: 'x', shape: [batch, 1, image, image], fill: { spread: 1 } },
      ...(task === 'cnn-step' ? [{ name: 'labels', shape: [batch], fill: { classes } }] : []),
      ...parameters('1', [a, 1, 3, 3]),
      ...parameters('2', [b, a, 3, 3]),
      ...parameters('3', [hidden, flat]),
      ...parameters('4', [classes, hidden]),
    ],
    // The first layer needs no gradient of its input.
    flops: task === 'cnn-step' ? 3 * forward - 2 * batch * multiplyAdds[0]! : forward,
    images: batch,
  };
}

/** Dense layers of the given widths with relu between them: a training step with Adam. */
export function mlpWork({ batch, widths }: { readonly batch: number; readonly widths: readonly number[] }): Work {
  const layers = widths.slice(1).map((width, i) => [width, widths[i]!] as const);
  const forward = 2 * batch * sum(layers.map(([outputs, inputs]) => outputs * inputs));
  return {
    name: 'mlp-step',
    task: 'mlp-step',
    arrays: [
      { name: 'x', shape: [batch, widths[0]!], fill: { spread: 1 } },
      { name: 'labels', shape: [batch], fill: { classes: widths.at(-1)! } },
      ...layers.flatMap((shape, i) => parameters(String(i + 1), shape)),
    ],
    flops: 3 * forward - 2 * batch * widths[0]! * widths[1]!,
    images: batch,
  };
}

const network: CnnSize = { batch: 64, image: 28, filters: [32, 64], hidden: 128, classes: 10 };

/** Everything that is measured, in the order of the table. */
export const works: readonly Work[] = [
  tileLoopWork,
  matmulWork(256),
  matmulWork(1024),
  convolutionWork({ batch: 32, channels: 64, size: 32 }),
  cnnWork('cnn-step', 'cnn-step', network),
  cnnWork('cnn-forward', 'cnn-forward', network),
  mlpWork({ batch: 128, widths: [784, 512, 512, 10] }),
  { ...cnnWork('first-step', 'cnn-step', network), fresh: true },
];

/** Weight and bias of a layer, uniform in ±1/√(inputs of a unit), as PyTorch starts them. */
function parameters(layer: string, shape: readonly number[]): InitialArray[] {
  const fill = { spread: 1 / Math.sqrt(shape.slice(1).reduce((product, extent) => product * extent, 1)) };
  return [
    { name: `weight${layer}`, shape, fill },
    { name: `bias${layer}`, shape: [shape[0]!], fill },
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
