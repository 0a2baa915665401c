// These packages declare the names of the layers that are composed here.
import '@adjoint/conv-layers';
import { AdjointError, type Choice, type Composer, type Link } from '@adjoint/core';
import '@adjoint/layers';

/** Shape of an example of an image: [channels, height, width]. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** Adds a layer, as the composer does. */
export type Add = Composer['layer'];

/** Layers one after the other. */
export function follow(add: Add, x: Link, ...layers: readonly Choice<'layer'>[]): Link {
  return layers.reduce((link, layer) => add(layer, link), x);
}

export interface Filters {
  readonly filters: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
}

/** A convolution without bias that keeps the extents, but for the stride. */
export function convolution(name: string, { kernel, ...options }: Filters): Choice<'layer'> {
  return {
    conv2d: { kernel, padding: (kernel - 1) / 2, bias: false, initializer: 'heNormal', ...options },
    name: `${name}_conv`,
  };
}

/** A convolution, its batch normalisation, and an activation. */
export function normalised(name: string, filters: Filters, activation?: Choice<'layer'>): Choice<'layer'>[] {
  return [convolution(name, filters), { batchNorm: {}, name: `${name}_norm` }, ...(activation ? [activation] : [])];
}

/** The same the other way round, as in residual networks of the second version. */
export function preactivated(name: string, filters: Filters): Choice<'layer'>[] {
  return [{ batchNorm: {}, name: `${name}_norm` }, 'relu', convolution(name, filters)];
}

/** Means over space, then a dense layer: logits of the classes. */
export function classifier(classes: number): Choice<'layer'>[] {
  return ['globalAveragePool', { dense: { units: classes }, name: 'classes' }];
}

/** How many blocks a depth leaves room for. */
export function blocksOf(what: string, depth: number, perBlock: number, others: number): number {
  const blocks = (depth - others) / perBlock;
  if (Number.isInteger(blocks) && blocks >= 1) return blocks;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${what}: the depth is ${depth}; it must be ${perBlock}·n + ${others}, such as ${perBlock * 3 + others}.`,
  );
}

/** What a table holds for a depth, or another option. */
export function known<T>(
  what: string,
  table: Readonly<Record<string | number, T>>,
  key: string | number,
  option = 'depth',
): T {
  const found = Object.hasOwn(table, key) ? table[key] : undefined;
  if (found !== undefined) return found;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${what}: the ${option} is ${String(key)}; it is one of ${Object.keys(table).join(', ')}.`,
  );
}
