import { AdjointError, compose, formatShape, type Choice, type Composition } from '@adjoint/core';
import { follow, known, type ImageShape } from './blocks.js';

/** Sizes of the papers: features, blocks and heads. */
const sizes = {
  tiny: { features: 192, depth: 12, heads: 3 },
  small: { features: 384, depth: 12, heads: 6 },
  base: { features: 768, depth: 12, heads: 12 },
  large: { features: 1024, depth: 24, heads: 16 },
  huge: { features: 1280, depth: 32, heads: 16 },
} as const;

export interface VitOptions {
  /** `base` if not given; `features`, `depth` and `heads` change it. */
  readonly size?: keyof typeof sizes;
  readonly features?: number;
  /** Number of transformer blocks. */
  readonly depth?: number;
  readonly heads?: number;
  /** Extent of a patch, which divides the image; 16 if not given. */
  readonly patch?: number;
  /** What the classes are read from: a learnt row before the patches, as in the paper, or the mean of all patches. */
  readonly pool?: 'token' | 'mean';
  readonly dropout?: number;
  readonly classes?: number;
  /** [3, 224, 224] if not given. */
  readonly input?: ImageShape;
}

/**
 * Vision transformer: an image as a sequence of patches with learnt positions. Dosovitskiy et al. 2021, arXiv:2010.11929,
 * table 1; tiny and small as in Touvron et al. 2021, arXiv:2012.12877, table 1.
 */
export function vit(options: VitOptions = {}): Composition {
  const { size = 'base', patch = 16, pool = 'token', dropout = 0, classes = 1000 } = options;
  const own = known('vit', sizes, size, 'size');
  const { features = own.features, depth = own.depth, heads = own.heads } = options;
  const shape = options.input ?? [3, 224, 224];
  const [, height, width] = shape;
  if (height % patch !== 0 || width % patch !== 0)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `vit: patches of ${patch} × ${patch} do not fill an image ${formatShape(shape)}; choose extents that they divide.`,
    );
  const patches = (height / patch) * (width / patch);
  const norm = { layerNorm: { epsilon: 1e-6 } };
  const blocks = Array.from({ length: depth }, (_, i): Choice<'layer'> => ({
    transformerBlock: { heads, dropout, normalization: norm },
    name: `block${i + 1}`,
  }));
  return compose(({ input, layer }) =>
    follow(
      layer,
      input(shape),
      { patchEmbedding: { patch, features }, name: 'patches' },
      ...(pool === 'token' ? (['classToken'] as const) : []),
      { learnedPositions: { length: patches + (pool === 'token' ? 1 : 0) }, name: 'positions' },
      ...blocks,
      { ...norm, name: 'norm' },
      { permute: { axes: [2, 1] } },
      ...(pool === 'token'
        ? ([{ crop: { cropping: [[0, patches]] } }, 'flatten'] as const)
        : (['globalAveragePool'] as const)),
      { dense: { units: classes }, name: 'classes' },
    ),
  );
}
