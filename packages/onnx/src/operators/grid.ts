import {
  abs,
  cast,
  clamp,
  floor,
  gather,
  hostTensor,
  matmul,
  round,
  sizeOf,
  slice,
  transpose,
  where,
  type Tensor,
} from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';
import { cubicWeights } from './resize.js';

type Padding = 'zeros' | 'border' | 'reflection';
type Mode = 'nearest' | 'linear' | 'cubic';

const modes: Readonly<Record<string, Mode>> = {
  nearest: 'nearest',
  linear: 'linear',
  bilinear: 'linear',
  cubic: 'cubic',
  bicubic: 'cubic',
};
const paddings: Readonly<Record<string, Padding>> = { zeros: 'zeros', border: 'border', reflection: 'reflection' };

/** Places of elements along one axis, whole numbers as floats, with the weights that each has there. */
interface Tap {
  readonly place: Tensor;
  readonly weight: Tensor | undefined;
}

/** Turns back at the ends, which are elements with `aligned`, or the borders of elements. */
function reflected(place: Tensor, extent: number, aligned: boolean): Tensor {
  const [low, span] = aligned ? [0, extent - 1] : [-0.5, extent];
  if (span === 0) return place.mul(0);
  const distance = abs(place.sub(low));
  const turns = floor(distance.div(span));
  const rest = distance.sub(turns.mul(span));
  const isOdd = turns.sub(floor(turns.div(2)).mul(2)).greater(0.5);
  return where(isOdd, rest.neg().add(span + low), rest.add(low));
}

function tapsOf(place: Tensor, mode: Mode): Tap[] {
  if (mode === 'nearest') return [{ place: round(place), weight: undefined }];
  const low = floor(place);
  const t = place.sub(low);
  if (mode === 'linear')
    return [
      { place: low, weight: t.neg().add(1) },
      { place: low.add(1), weight: t },
    ];
  return cubicWeights(t, -0.75).map((weight, k) => ({ place: low.add(k - 1), weight }));
}

/** Values of x [N, C, …a] at places of a grid [N, …o, axes], whose last axis has the last coordinate first, in −1 … 1. */
function gridSample(call: Call): Tensor {
  const [x, grid] = [call.x, call.input(1)];
  const mode = call.choice(modes, call.text('mode', 'linear'));
  const padding = call.choice(paddings, call.text('padding_mode', 'zeros'));
  const aligned = call.flag('align_corners');
  const [batch = 1, channels = 1, ...space] = x.shape;
  const outer = grid.shape.slice(1, -1);
  const count = sizeOf(outer);
  const within = (place: Tensor, extent: number): Tensor => {
    const turned = padding === 'reflection' ? reflected(place, extent, aligned) : place;
    return padding === 'zeros' ? turned : clamp(turned, 0, extent - 1);
  };
  const along = space.map((extent, d) => {
    const index = space.length - 1 - d;
    const from = grid.shape.map((_, axis) => (axis === grid.rank - 1 ? index : 0));
    const own = slice(grid, from, grid.shape.with(grid.rank - 1, index + 1)).reshape([batch, count]);
    const place = aligned
      ? own.add(1).mul((extent - 1) / 2)
      : own
          .add(1)
          .mul(extent / 2)
          .sub(0.5);
    // A cubic goes through the elements around, of which each is brought back by itself.
    if (mode === 'cubic') return tapsOf(place, mode).map((tap) => ({ ...tap, place: within(tap.place, extent) }));
    return tapsOf(within(place, extent), mode);
  });
  const rows = transpose(x.reshape([batch, channels, sizeOf(space)]), [0, 2, 1]);
  const combinations = along.reduce<readonly (readonly Tap[])[]>(
    (all, taps) => all.flatMap((before) => taps.map((tap) => [...before, tap])),
    [[]],
  );
  const parts = combinations.map((taps) => {
    let weight: Tensor | undefined;
    const times = (factor: Tensor): void => void (weight = weight ? weight.mul(factor) : factor);
    const places = taps.map(({ place, weight: own }, d) => {
      const last = (space[d] ?? 1) - 1;
      if (own) times(own);
      // An element beside the end has no weight, or counts as zero.
      if (padding === 'zeros') times(cast(abs(place.sub(last / 2)).lessEqual(last / 2), x.dtype));
      return cast(clamp(place, 0, last), 'int32').mul(sizeOf(space.slice(d + 1)));
    });
    const taken = gather(
      rows,
      places.reduce((sum, own) => sum.add(own)),
      1,
      1,
    );
    return weight ? taken.mul(weight.reshape([batch, count, 1])) : taken;
  });
  const sum = parts.reduce((total, part) => total.add(part));
  return transpose(sum, [0, 2, 1]).reshape([batch, channels, ...outer]);
}

/** The grid of an affine map: θ [N, axes, axes + 1] times the places of all elements. */
function affineGrid(call: Call): Tensor {
  const theta = call.x;
  const space = (call.known(1) ?? []).slice(2);
  const aligned = call.flag('align_corners');
  const count = sizeOf(space);
  const coordinate = (i: number, d: number): number => {
    const extent = space[d] ?? 1;
    const place = Math.floor(i / sizeOf(space.slice(d + 1))) % extent;
    return aligned ? (extent > 1 ? (2 * place) / (extent - 1) - 1 : -1) : (2 * place + 1) / extent - 1;
  };
  const width = space.length + 1;
  const values = Array.from({ length: count * width }, (_, j) => {
    const [i, c] = [Math.floor(j / width), j % width];
    return c === space.length ? 1 : coordinate(i, space.length - 1 - c);
  });
  const places = constant(hostTensor(values, [count, width], theta.dtype));
  return matmul(places, theta, { transposeB: true }).reshape([theta.shape[0] ?? 1, ...space, space.length]);
}

/** Values at places that are computed. */
export const grids: Operators = {
  AffineGrid: { apply: affineGrid, statics: [1] },
  GridSample: { apply: gridSample },
};
