import { gather, hostTensor, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';

/** Where output i of an axis lies in the input, by `coordinate_transformation_mode`. */
interface Axis {
  readonly extent: number;
  readonly outputs: number;
  readonly scale: number;
  /** The part of the axis that is taken, for `tf_crop_and_resize`. */
  readonly roi: readonly [start: number, end: number];
}

const coordinates: Readonly<Record<string, (i: number, axis: Axis) => number>> = {
  half_pixel: (i, { scale }) => (i + 0.5) / scale - 0.5,
  half_pixel_symmetric(i, { extent, outputs, scale }) {
    const adjustment = outputs / (extent * scale);
    return (extent / 2) * (1 - adjustment) + (i + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (i, { outputs, scale }) => (outputs > 1 ? (i + 0.5) / scale - 0.5 : 0),
  tf_half_pixel_for_nn: (i, { scale }) => (i + 0.5) / scale,
  align_corners: (i, { extent, outputs }) => (outputs > 1 ? (i * (extent - 1)) / (outputs - 1) : 0),
  asymmetric: (i, { scale }) => i / scale,
  tf_crop_and_resize: (i, { extent, outputs, roi: [start, end] }) =>
    outputs > 1
      ? start * (extent - 1) + (i * (end - start) * (extent - 1)) / (outputs - 1)
      : 0.5 * (start + end) * (extent - 1),
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Elements that an output is made of, with their weights. */
type Taps = readonly (readonly [place: number, weight: number])[];

function tapsAt(place: number, mode: string, call: Call): Taps {
  const low = Math.floor(place);
  const t = place - low;
  if (mode === 'linear')
    return t === 0
      ? [[low, 1]]
      : [
          [low, 1 - t],
          [low + 1, t],
        ];
  const a = call.number('cubic_coeff_a', -0.75);
  return [-1, 0, 1, 2].map((k) => [low + k, cubicAt(Math.abs(t - k), a)]);
}

/** The weight of an element at a distance below 2 (Keys 1981, equation 4). */
function cubicAt(distance: number, a: number): number {
  const d = distance;
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

/** Weights of the four elements around a place that lies t after the second. */
export function cubicWeights(t: Tensor, a: number): Tensor[] {
  const near = (d: Tensor): Tensor =>
    d
      .mul(a + 2)
      .sub(a + 3)
      .mul(d)
      .mul(d)
      .add(1);
  const far = (d: Tensor): Tensor =>
    d
      .mul(a)
      .sub(5 * a)
      .mul(d)
      .add(8 * a)
      .mul(d)
      .sub(4 * a);
  return [far(t.add(1)), near(t), near(t.neg().add(1)), far(t.neg().add(2))];
}

/** Where the axis shrinks, the filter is as wide as an output, so that no element is passed over. */
function widened(place: number, scale: number, mode: string, call: Call): Taps {
  const a = call.number('cubic_coeff_a', -0.75);
  const reach = mode === 'cubic' ? 2 : 1;
  const low = Math.floor(place);
  const start = Math.floor(-reach / scale) + 1;
  const taps = Array.from({ length: 2 - 2 * start }, (_, k): readonly [number, number] => {
    const distance = Math.abs((low + start + k - place) * scale);
    return [low + start + k, mode === 'cubic' ? cubicAt(distance, a) : Math.max(0, 1 - distance)];
  });
  const total = taps.reduce((sum, [, weight]) => sum + weight, 0);
  return taps.map(([position, weight]) => [position, weight / total]);
}

function resizeAxis(x: Tensor, d: number, axis: Axis, call: Call): Tensor {
  const mode = call.text('mode', 'nearest');
  const legacy = call.node.op === 'Upsample' || call.opset < 11;
  const name = call.text('coordinate_transformation_mode', legacy ? 'asymmetric' : 'half_pixel');
  const place = call.choice(coordinates, name);
  const rounding = call.choice(roundings, call.text('nearest_mode', legacy ? 'floor' : 'round_prefer_floor'));
  const clamp = (position: number): number => Math.min(Math.max(position, 0), axis.extent - 1);
  const outside = call.flag('exclude_outside');
  const value = call.number('extrapolation_value', 0);
  const taps = Array.from({ length: axis.outputs }, (_, i): Taps | undefined => {
    const at = place(i, axis);
    if (name === 'tf_crop_and_resize' && (at < 0 || at > axis.extent - 1)) return undefined;
    if (mode === 'nearest') return [[clamp(rounding(at)), 1]];
    const isWidened = call.flag('antialias') && axis.scale < 1;
    const all = isWidened
      ? widened(at, axis.scale, mode, call)
      : tapsAt(at, mode === 'cubic' ? 'cubic' : 'linear', call);
    if (!outside) return all.map(([position, weight]) => [clamp(position), weight]);
    const inside = all.filter(([position]) => position === clamp(position));
    const total = inside.reduce((sum, [, weight]) => sum + weight, 0);
    return inside.map(([position, weight]) => [position, weight / total]);
  });
  const most = Math.max(1, ...taps.map((own) => own?.length ?? 0));
  const along = x.shape.map((_, axisOfX) => (axisOfX === d ? axis.outputs : 1));
  const parts = Array.from({ length: most }, (_, k) => {
    const places = Int32Array.from(taps, (own) => own?.[k]?.[0] ?? 0);
    const taken = gather(x, constant(hostTensor(places)), d);
    const weights = taps.map((own) => own?.[k]?.[1] ?? 0);
    return weights.every((weight) => weight === 1) ? taken : taken.mul(constant(hostTensor(weights, along, x.dtype)));
  });
  const sum = parts.reduce((total, part) => total.add(part));
  if (value === 0 || taps.every((own) => own)) return sum;
  const filling = taps.map((own) => (own ? 0 : value));
  return sum.add(constant(hostTensor(filling, along, x.dtype)));
}

/** Scales or sizes of all axes, or of those that `axes` names. */
function resize(call: Call): Tensor {
  const { x } = call;
  const isUpsample = call.node.op === 'Upsample';
  const place = isUpsample || call.opset < 11 ? 1 : 2;
  const given = isUpsample && call.opset < 9 ? call.numbers('scales') : call.known(place);
  const scales = given && given.length > 0 ? given : undefined;
  const wanted = place === 2 ? call.known(3) : undefined;
  const axes = call.numbers('axes')?.map((axis) => call.axis(axis)) ?? x.shape.map((_, axis) => axis);
  const sizes =
    wanted &&
    proportioned(
      wanted,
      axes.map((axis) => x.shape[axis] ?? 1),
      call,
    );
  const roi = place === 2 ? (call.known(1) ?? []) : [];
  return axes.reduce((resized, d, i) => {
    const extent = x.shape[d] ?? 0;
    const outputs = scales ? Math.floor(extent * (scales[i] ?? 1)) : (sizes?.[i] ?? extent);
    const scale = scales?.[i] ?? outputs / extent;
    const part = [roi[i] ?? 0, roi[i + axes.length] ?? 1] as const;
    const isWhole = part[0] === 0 && part[1] === 1;
    if (outputs === extent && scale === 1 && isWhole) return resized;
    return resizeAxis(resized, d, { extent, outputs, scale, roi: part }, call);
  }, x);
}

/** Sizes within, or around, those that are wanted, by one factor for all axes where the policy says so. */
function proportioned(wanted: readonly number[], extents: readonly number[], call: Call): readonly number[] {
  const factors = wanted.map((size, i) => size / (extents[i] ?? 1));
  const one = call.choice<(() => number) | 'each'>(
    {
      stretch: 'each',
      not_larger: () => Math.min(...factors),
      not_smaller: () => Math.max(...factors),
    },
    call.text('keep_aspect_ratio_policy', 'stretch'),
  );
  return one === 'each' ? wanted : extents.map((extent) => Math.floor(extent * one() + 0.5));
}

export const resizing: Operators = {
  Resize: { apply: resize, statics: [1, 2, 3] },
  Upsample: { apply: resize, statics: [1] },
};
