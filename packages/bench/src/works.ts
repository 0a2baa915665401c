import { residualLayers } from './residual-layers.js';

/** An array that a work starts from: uniform in ±spread, one value, or the class labels 0 … classes − 1 in turn. */
export interface InitialArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: { readonly spread: number } | { readonly value: number } | { readonly classes: number };
}

/** What the programs know how to do; the shapes are those of the arrays that they are given. */
export const tasks = [
  'tile-loop',
  'matmul',
  'convolution',
  'cnn-step',
  'cnn-forward',
  'mlp-step',
  'conv1d-step',
  'conv3d-step',
  'resnet20-step',
] as const;
export type Task = (typeof tasks)[number];

/** How a convolution moves over its input, the same in each dimension. */
export interface ConvolutionSettings {
  readonly stride: number;
  readonly padding: number;
  readonly groups: number;
}

/** One line of the benchmark: a task at a size. */
export interface Work {
  readonly name: string;
  readonly task: Task;
  readonly arrays: readonly InitialArray[];
  readonly settings?: ConvolutionSettings;
  /** Floating-point operations of one run that no algorithm of the textbook kind avoids; a multiply-add is two. */
  readonly flops: number;
  /** Images that one run passes through, for works on images. */
  readonly images?: number;
  /** Every run in a new process, with building and compiling counted. */
  readonly fresh?: boolean;
}

/** The bare register-tile loop of a runner, over panels that every first-level cache holds; the runner knows its operations. */
export const tileLoopWork: Work = { name: 'tile-loop', task: 'tile-loop', arrays: [], flops: 0 };

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

export interface ConvolutionSize extends Partial<ConvolutionSettings> {
  readonly batch: number;
  readonly channels: number;
  readonly filters: number;
  readonly size: number;
  readonly kernel: number;
}

/** y = x ∗ w of square images and, for the cotangent g of y, both gradients. */
export function convolutionWork(
  name: string,
  { batch, channels, filters, size, kernel, stride = 1, padding = 0, groups = 1 }: ConvolutionSize,
): Work {
  const output = Math.floor((size + 2 * padding - kernel) / stride) + 1;
  const taps = (channels / groups) * kernel ** 2;
  return {
    name,
    task: 'convolution',
    arrays: [
      { name: 'x', shape: [batch, channels, size, size], fill: { spread: 1 } },
      { name: 'w', shape: [filters, channels / groups, kernel, kernel], fill: { spread: 1 / Math.sqrt(taps) } },
      { name: 'g', shape: [batch, filters, output, output], fill: { spread: 1 } },
    ],
    settings: { stride, padding, groups },
    flops: 3 * 2 * batch * filters * taps * output ** 2,
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

interface SmallNetwork {
  readonly batch: number;
  /** Extents of a signal or volume. */
  readonly input: readonly number[];
  readonly filters: readonly [number, number];
  readonly kernel: number;
  readonly pool: number;
  readonly classes: number;
}

/** conv(1→a) relu maxpool conv(a→b) relu global average dense, in as many dimensions as the input has; a step with Adam. */
export function pooledWork(
  name: 'conv1d-step' | 'conv3d-step',
  { batch, input, filters: [a, b], kernel, pool, classes }: SmallNetwork,
): Work {
  const taps = input.map(() => kernel);
  const first = input.map((extent) => extent - kernel + 1);
  const second = first.map((extent) => Math.floor(extent / pool) - kernel + 1);
  const count = (extents: readonly number[]): number => extents.reduce((product, extent) => product * extent, 1);
  const multiplyAdds = [a * count(taps) * count(first), b * a * count(taps) * count(second), classes * b];
  return {
    name,
    task: name,
    arrays: [
      { name: 'x', shape: [batch, 1, ...input], fill: { spread: 1 } },
      { name: 'labels', shape: [batch], fill: { classes } },
      ...parameters('1', [a, 1, ...taps]),
      ...parameters('2', [b, a, ...taps]),
      ...parameters('3', [classes, b]),
    ],
    flops: 2 * batch * (3 * sum(multiplyAdds) - multiplyAdds[0]!),
    images: batch,
  };
}

/** ResNet-20 of He et al. 2016 for CIFAR, with shortcuts that pad channels (their option A); a step with momentum 0.9. */
export function residualWork(batch: number): Work {
  const layers = residualLayers();
  const classes = 10;
  const last = layers.at(-1)!;
  const multiplyAdds = layers.map(({ inputs, outputs, size }) => outputs * inputs * 9 * size ** 2);
  const forward = sum(multiplyAdds) + classes * last.outputs;
  return {
    name: 'resnet20-step',
    task: 'resnet20-step',
    arrays: [
      { name: 'x', shape: [batch, 3, 32, 32], fill: { spread: 1 } },
      { name: 'labels', shape: [batch], fill: { classes } },
      ...layers.flatMap(({ name, inputs, outputs }): InitialArray[] => [
        { name: `weight${name}`, shape: [outputs, inputs, 3, 3], fill: { spread: 1 / Math.sqrt(9 * inputs) } },
        { name: `scale${name}`, shape: [outputs], fill: { value: 1 } },
        { name: `shift${name}`, shape: [outputs], fill: { value: 0 } },
      ]),
      ...parameters('Dense', [classes, last.outputs]),
    ],
    flops: 2 * batch * (3 * forward - multiplyAdds[0]!),
    images: batch,
  };
}

const network: CnnSize = { batch: 64, image: 28, filters: [32, 64], hidden: 128, classes: 10 };

/** A training step of the CNN at another batch size. */
export function cnnStepWork(batch: number): Work {
  return cnnWork(`cnn-step-${batch}`, 'cnn-step', { ...network, batch });
}

/** Everything that is measured, in the order of the table. */
export const works: readonly Work[] = [
  tileLoopWork,
  matmulWork(256),
  matmulWork(1024),
  convolutionWork('conv64-fwd-bwd', { batch: 32, channels: 64, filters: 64, size: 32, kernel: 3, padding: 1 }),
  convolutionWork('conv1x1-fwd-bwd', { batch: 32, channels: 256, filters: 64, size: 28, kernel: 1 }),
  convolutionWork('conv5x5-fwd-bwd', { batch: 32, channels: 32, filters: 64, size: 28, kernel: 5, padding: 2 }),
  convolutionWork('conv-strided-fwd-bwd', {
    batch: 32,
    channels: 64,
    filters: 128,
    size: 32,
    kernel: 3,
    stride: 2,
    padding: 1,
  }),
  convolutionWork('conv-depthwise-fwd-bwd', {
    batch: 32,
    channels: 128,
    filters: 128,
    size: 28,
    kernel: 3,
    padding: 1,
    groups: 128,
  }),
  cnnWork('cnn-step', 'cnn-step', network),
  cnnWork('cnn-forward', 'cnn-forward', network),
  mlpWork({ batch: 128, widths: [784, 512, 512, 10] }),
  pooledWork('conv1d-step', { batch: 32, input: [1024], filters: [32, 64], kernel: 9, pool: 4, classes: 10 }),
  pooledWork('conv3d-step', { batch: 8, input: [16, 32, 32], filters: [16, 32], kernel: 3, pool: 2, classes: 10 }),
  residualWork(64),
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
