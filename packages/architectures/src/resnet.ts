import { compose, type Choice, type Composition, type Link } from '@adjoint/core';
import {
  blocksOf,
  classifier,
  convolution,
  follow,
  known,
  normalised,
  preactivated,
  type Add,
  type Filters,
  type ImageShape,
} from './blocks.js';

/** Blocks of each of the four stages, and whether they are bottlenecks. */
const stages: Readonly<Record<number, { readonly blocks: readonly number[]; readonly bottleneck: boolean }>> = {
  18: { blocks: [2, 2, 2, 2], bottleneck: false },
  34: { blocks: [3, 4, 6, 3], bottleneck: false },
  50: { blocks: [3, 4, 6, 3], bottleneck: true },
  101: { blocks: [3, 4, 23, 3], bottleneck: true },
  152: { blocks: [3, 8, 36, 3], bottleneck: true },
};

/** 1: activation after the addition (arXiv:1512.03385); 2: normalisation and activation before each convolution (arXiv:1603.05027). */
type Version = 1 | 2;

export interface ResnetOptions {
  /** Layers with weights; 18 if not given. */
  readonly depth?: 18 | 34 | 50 | 101 | 152;
  /** 1 if not given. */
  readonly version?: Version;
  readonly classes?: number;
  /** [3, 224, 224] if not given. */
  readonly input?: ImageShape;
  /** Width of the inner convolutions of bottlenecks, as a factor; 2 is wide ResNet-50-2. */
  readonly bottleneckWidth?: number;
}

export interface CifarResnetOptions {
  /** Layers with weights: 6n + 2, or 9n + 2 with bottlenecks; 20 if not given. */
  readonly depth?: number;
  /** 1 if not given. */
  readonly version?: Version;
  /** Whether blocks are bottlenecks of three convolutions; false if not given. */
  readonly bottleneck?: boolean;
  readonly classes?: number;
  /** [3, 32, 32] if not given. */
  readonly input?: ImageShape;
}

/**
 * The residual network for images of ImageNet's size: He et al. 2016, arXiv:1512.03385, table 1, with the stride in the 3×3
 * convolution of a bottleneck, as its followers have it.
 */
export function resnet(options: ResnetOptions = {}): Composition {
  const { depth = 18, version = 1, classes = 1000, input: shape = [3, 224, 224], bottleneckWidth = 1 } = options;
  const { blocks, bottleneck } = known('resnet', stages, depth);
  const stem: Filters = { filters: 64, kernel: 7, stride: 2 };
  return compose(({ input, layer }) => {
    const start = follow(
      layer,
      input(shape),
      ...(version === 1 ? normalised('stem', stem, 'relu') : [convolution('stem', stem)]),
      { maxPool2d: { size: 3, stride: 2, padding: 1 }, name: 'pool' },
    );
    const widths = blocks.map((_, stage) => 64 * 2 ** stage);
    const body = residualStages(layer, start, {
      version,
      stages: blocks.map((count, stage) => ({
        count,
        stride: stage === 0 ? 1 : 2,
        filters: widths[stage]! * (bottleneck ? 4 : 1),
        ...(bottleneck && { inner: widths[stage]! * bottleneckWidth }),
      })),
      channels: 64,
      shortcut: 'projection',
    });
    return follow(layer, body, ...classifier(classes));
  });
}

/**
 * The residual network for images of CIFAR's size: He et al. 2016, arXiv:1512.03385, section 4.2. Where channels grow, a
 * shortcut takes every second element and adds channels of zeros; with bottlenecks it is a 1×1 convolution.
 */
export function cifarResnet(options: CifarResnetOptions = {}): Composition {
  const { depth = 20, version = 1, bottleneck = false, classes = 10, input: shape = [3, 32, 32] } = options;
  const count = blocksOf('cifarResnet', depth, bottleneck ? 9 : 6, 2);
  const stem: Filters = { filters: 16, kernel: 3 };
  return compose(({ input, layer }) => {
    const start = follow(
      layer,
      input(shape),
      ...(version === 1 ? normalised('stem', stem, 'relu') : [convolution('stem', stem)]),
    );
    const body = residualStages(layer, start, {
      version,
      stages: [16, 32, 64].map((width, stage) => ({
        count,
        stride: stage === 0 ? 1 : 2,
        filters: width * (bottleneck ? 4 : 1),
        ...(bottleneck && { inner: width }),
      })),
      channels: 16,
      shortcut: bottleneck ? 'projection' : 'zeros',
    });
    return follow(layer, body, ...classifier(classes));
  });
}

interface Stage {
  readonly count: number;
  /** Of its first block. */
  readonly stride: number;
  /** Channels that come out of its blocks. */
  readonly filters: number;
  /** Channels within bottlenecks; without, blocks are two convolutions. */
  readonly inner?: number;
  /** Of dropout between the two convolutions; none if not given. */
  readonly dropout?: number;
}

interface Residual {
  readonly version: Version;
  readonly stages: readonly Stage[];
  /** That go in. */
  readonly channels: number;
  /** What a shortcut does where the shape changes. */
  readonly shortcut: 'projection' | 'zeros';
}

/** Stages of residual blocks; in the second version a normalisation and an activation end them. */
export function residualStages(add: Add, x: Link, { version, stages: all, channels, shortcut }: Residual): Link {
  const block = version === 1 ? blockAfter : blockBefore;
  let [link, width] = [x, channels];
  all.forEach((stage, s) => {
    for (let b = 0; b < stage.count; b++) {
      const place: Place = {
        ...stage,
        name: `stage${s + 1}_${b + 1}`,
        stride: b === 0 ? stage.stride : 1,
        channels: width,
      };
      link = block(add, link, place, shortcut);
      width = stage.filters;
    }
  });
  return version === 1 ? link : follow(add, link, { batchNorm: {}, name: 'last_norm' }, 'relu');
}

interface Place extends Omit<Stage, 'count'> {
  readonly name: string;
  readonly channels: number;
}

/** The convolutions of a block. */
function bodyOf({ filters, inner, stride }: Place): Filters[] {
  if (inner === undefined)
    return [
      { filters, kernel: 3, stride },
      { filters, kernel: 3 },
    ];
  return [
    { filters: inner, kernel: 1 },
    { filters: inner, kernel: 3, stride },
    { filters, kernel: 1 },
  ];
}

/** y = relu(x + f(x)). */
function blockAfter(add: Add, x: Link, place: Place, kind: Residual['shortcut']): Link {
  const { name, stride, filters, channels } = place;
  const convolutions = bodyOf(place);
  const layers = convolutions.flatMap((each, i) =>
    normalised(`${name}_${i + 1}`, each, i < convolutions.length - 1 ? 'relu' : undefined),
  );
  const body = follow(add, x, ...layers);
  const changes = stride > 1 || filters !== channels;
  const projection = normalised(`${name}_shortcut`, { filters, kernel: 1, stride });
  const shortcut = !changes ? [] : kind === 'zeros' ? zeroPadded(place) : projection;
  return follow(add, add('add', [follow(add, x, ...shortcut), body]), 'relu');
}

/** y = x + f(relu(norm(x))); where the shape changes, the shortcut sees what is normalised, too. */
function blockBefore(add: Add, x: Link, place: Place, kind: Residual['shortcut']): Link {
  const { name, stride, filters, channels, dropout } = place;
  const [first, ...rest] = bodyOf(place);
  const before = follow(add, x, { batchNorm: {}, name: `${name}_1_norm` }, 'relu');
  const drop: Choice<'layer'>[] =
    dropout === undefined ? [] : [{ dropout: { rate: dropout }, name: `${name}_dropout` }];
  const layers = rest.flatMap((each, i) => {
    const [norm, relu, conv] = preactivated(`${name}_${i + 2}`, each);
    return [norm!, relu!, ...drop, conv!];
  });
  const body = follow(add, before, convolution(`${name}_1`, first!), ...layers);
  if (stride === 1 && filters === channels) return add('add', [x, body]);
  const shortcut =
    kind === 'zeros'
      ? follow(add, x, ...zeroPadded(place))
      : add(convolution(`${name}_shortcut`, { filters, kernel: 1, stride }), before);
  return add('add', [shortcut, body]);
}

/** Every stride-th element, and zeros for the channels that are missing. */
function zeroPadded({ stride, filters, channels }: Place): Choice<'layer'>[] {
  const missing = filters - channels;
  const before = Math.floor(missing / 2);
  return [
    { averagePool2d: { size: 1, stride } },
    {
      pad: {
        padding: [
          [before, missing - before],
          [0, 0],
          [0, 0],
        ],
      },
    },
  ];
}
