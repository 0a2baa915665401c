import { compose, type Composition, type Link } from '@adjoint/core';
import {
  blocksOf,
  classifier,
  convolution,
  follow,
  known,
  normalised,
  preactivated,
  type Add,
  type ImageShape,
} from './blocks.js';

/** Layers of each of the four blocks, channels that a layer adds, and filters of the stem. */
const blocks: Readonly<
  Record<number, { readonly layers: readonly number[]; readonly growth: number; readonly stem: number }>
> = {
  121: { layers: [6, 12, 24, 16], growth: 32, stem: 64 },
  161: { layers: [6, 12, 36, 24], growth: 48, stem: 96 },
  169: { layers: [6, 12, 32, 32], growth: 32, stem: 64 },
  201: { layers: [6, 12, 48, 32], growth: 32, stem: 64 },
};

export interface DensenetOptions {
  /** Layers with weights; 121 if not given. */
  readonly depth?: 121 | 161 | 169 | 201;
  readonly classes?: number;
  /** [3, 224, 224] if not given. */
  readonly input?: ImageShape;
}

export interface CifarDensenetOptions {
  /** Layers with weights: 3n + 4, or 6n + 4 with `compressed`; 100 if not given. */
  readonly depth?: number;
  /** Channels that a layer adds; 12 if not given. */
  readonly growth?: number;
  /** DenseNet-BC: bottlenecks, and half of the channels between blocks; true if not given. */
  readonly compressed?: boolean;
  readonly classes?: number;
  /** [3, 32, 32] if not given. */
  readonly input?: ImageShape;
}

/** Every layer of a block sees the outputs of all before it. Huang et al. 2017, arXiv:1608.06993, table 1. */
export function densenet(options: DensenetOptions = {}): Composition {
  const { depth = 121, classes = 1000, input: shape = [3, 224, 224] } = options;
  const { layers, growth, stem } = known('densenet', blocks, depth);
  return compose(({ input, layer }) => {
    const start = follow(layer, input(shape), ...normalised('stem', { filters: stem, kernel: 7, stride: 2 }, 'relu'), {
      maxPool2d: { size: 3, stride: 2, padding: 1 },
      name: 'pool',
    });
    const dense = denseBlocks(layer, start, { layers, growth, channels: stem, compressed: true });
    return follow(layer, dense, ...classifier(classes));
  });
}

/** The same for images of CIFAR's size: three blocks, section 3 of the paper. */
export function cifarDensenet(options: CifarDensenetOptions = {}): Composition {
  const { depth = 100, growth = 12, compressed = true, classes = 10, input: shape = [3, 32, 32] } = options;
  const count = blocksOf('cifarDensenet', depth, compressed ? 6 : 3, 4);
  const channels = compressed ? 2 * growth : 16;
  return compose(({ input, layer }) => {
    const start = layer(convolution('stem', { filters: channels, kernel: 3 }), input(shape));
    const dense = denseBlocks(layer, start, { layers: [count, count, count], growth, channels, compressed });
    return follow(layer, dense, ...classifier(classes));
  });
}

interface Blocks {
  /** Of each block. */
  readonly layers: readonly number[];
  readonly growth: number;
  /** That go in. */
  readonly channels: number;
  readonly compressed: boolean;
}

function denseBlocks(add: Add, x: Link, { layers, growth, channels, compressed }: Blocks): Link {
  let [link, width] = [x, channels];
  layers.forEach((count, b) => {
    for (let i = 0; i < count; i++) {
      const name = `block${b + 1}_${i + 1}`;
      const narrow = compressed ? preactivated(`${name}_narrow`, { filters: 4 * growth, kernel: 1 }) : [];
      const added = follow(add, link, ...narrow, ...preactivated(name, { filters: growth, kernel: 3 }));
      link = add('concatenate', [link, added]);
      width += growth;
    }
    if (b === layers.length - 1) return;
    if (compressed) width = Math.floor(width / 2);
    link = follow(add, link, ...preactivated(`between${b + 1}`, { filters: width, kernel: 1 }), {
      averagePool2d: { size: 2 },
      name: `between${b + 1}_pool`,
    });
  });
  return follow(add, link, { batchNorm: {}, name: 'last_norm' }, 'relu');
}
