import { concatenate, hostTensor, matmul, pad, slice, take, transpose, type Tensor } from '@adjoint/core';
import { constant } from '@adjoint/core/primitives';
import type { Call } from './call.js';
import type { Operators } from './operator.js';
import { typeOf } from './sources.js';

/** Real and imaginary parts of `length` samples of a signal along its last axis; the second is missing where all are 0. */
interface Signal {
  readonly real: Tensor;
  readonly imaginary: Tensor | undefined;
}

/** The matrix f(2π·row·column/length). */
function waves(rows: number, columns: number, length: number, f: (angle: number) => number, like: Tensor): Tensor {
  const values = Array.from({ length: rows * columns }, (_, i) => {
    const place = (Math.floor(i / columns) * (i % columns)) % length;
    return f((2 * Math.PI * place) / length);
  });
  return constant(hostTensor(values, [rows, columns], like.dtype));
}

/** Σ x·e^(∓2πi·n·k/length) for k < `outputs`, by a matrix of waves: signals of networks are short. */
function transform({ real, imaginary }: Signal, outputs: number, inverse: boolean): [real: Tensor, imaginary: Tensor] {
  const length = real.shape.at(-1) ?? 0;
  const cos = waves(length, outputs, length, Math.cos, real);
  const sin = waves(length, outputs, length, (angle) => (inverse ? -1 : 1) * Math.sin(angle), real);
  const [a, b] = [matmul(real, cos), matmul(real, sin).neg()];
  if (!imaginary) return [a, b];
  return [a.add(matmul(imaginary, sin)), b.add(matmul(imaginary, cos))];
}

/** A part of the last axis, taken away with its axis: 0 real, 1 imaginary. */
function component(x: Tensor, index: number): Tensor | undefined {
  const last = x.rank - 1;
  if ((x.shape[last] ?? 0) <= index) return undefined;
  const from = x.shape.map((_, axis) => (axis === last ? index : 0));
  return slice(x, from, x.shape.with(last, index + 1)).reshape(x.shape.slice(0, -1));
}

function complex(parts: readonly Tensor[]): Tensor {
  const spread = parts.map((part) => part.reshape([...part.shape, 1]));
  return spread.length === 1 ? spread[0]! : concatenate(spread, spread[0]!.rank - 1);
}

/** The same number of samples, `length`: cut, or filled up with zeros. */
function fitted(x: Tensor, length: number): Tensor {
  const extent = x.shape.at(-1) ?? 0;
  return pad(
    x,
    x.shape.map((_, axis) => (axis === x.rank - 1 ? [0, length - extent] : [0, 0])),
  );
}

/** The axis is an attribute before version 20, and an input since. */
function dft(call: Call): Tensor {
  const { x } = call;
  const isOld = call.opset < 20;
  const axis = call.axis(isOld ? call.number('axis', 1) : (call.known(2)?.[0] ?? -2));
  const [inverse, onesided] = [call.flag('inverse'), call.flag('onesided')];
  const extent = x.shape[axis] ?? 0;
  const isHalf = inverse && onesided;
  const length = call.known(1)?.[0] ?? (isHalf ? 2 * (extent - 1) : extent);
  const order = Array.from({ length: x.rank - 1 }, (_, d) => d);
  const toLast = [...order.filter((d) => d !== axis), axis];
  const part = (index: number): Tensor | undefined => {
    const own = component(x, index);
    return own && fitted(transpose(own, toLast), isHalf ? Math.floor(length / 2) + 1 : length);
  };
  const half: Signal = { real: part(0)!, imaginary: part(1) };
  const signal = isHalf ? mirrored(half, length) : half;
  const outputs = onesided && !inverse ? Math.floor(length / 2) + 1 : length;
  const parts = transform(signal, outputs, inverse);
  const back = order.map((d) => toLast.indexOf(d));
  const scaled = parts.map((own) => transpose(inverse ? own.div(length) : own, back));
  return complex(isHalf ? scaled.slice(0, 1) : scaled);
}

/** All frequencies of a real signal from the first half of them: the others are their conjugates. */
function mirrored({ real, imaginary }: Signal, length: number): Signal {
  const places = Array.from({ length }, (_, k) => Math.min(k, length - k));
  const all = (x: Tensor): Tensor => take(x, constant(hostTensor(Int32Array.from(places))), x.rank - 1);
  const signs = Array.from({ length }, (_, k) => (2 * k === length || k === 0 ? 0 : k > length / 2 ? -1 : 1));
  return {
    real: all(real),
    imaginary: imaginary && all(imaginary).mul(constant(hostTensor(signs, [length], real.dtype))),
  };
}

/** Transforms of frames [batch, frames, frequencies, 2] that follow each other by `frame_step` samples. */
function stft(call: Call): Tensor {
  const signal = call.x.rank === 2 ? call.x.reshape([...call.x.shape, 1]) : call.x;
  const [step = 1] = call.known(1) ?? [];
  const window = call.optional(2);
  const length = call.known(3)?.[0] ?? window?.size ?? 0;
  const [batch = 1, samples = 0] = signal.shape;
  const frames = Math.floor((samples - length) / step) + 1;
  const places = Int32Array.from({ length: frames * length }, (_, i) => Math.floor(i / length) * step + (i % length));
  const part = (index: number): Tensor | undefined => {
    const own = component(signal, index);
    const cut = own && take(own, constant(hostTensor(places)), 1).reshape([batch, frames, length]);
    return cut && window ? cut.mul(window) : cut;
  };
  const outputs = call.flag('onesided', true) ? Math.floor(length / 2) + 1 : length;
  return complex(transform({ real: part(0)!, imaginary: part(1) }, outputs, false));
}

/** A sum of cosines over a window; a `periodic` one goes on with its first element. */
function windowOf(coefficients: readonly number[]) {
  return (call: Call): Tensor => {
    const [size = 0] = call.known(0) ?? [];
    const period = call.flag('periodic', true) ? size : size - 1;
    const at = (n: number): number =>
      coefficients.reduce((sum, a, k) => sum + a * Math.cos((2 * Math.PI * k * n) / period), 0);
    return constant(
      hostTensor(
        Array.from({ length: size }, (_, n) => at(n)),
        [size],
        typeOf(call, 'output_datatype', 1),
      ),
    );
  };
}

/** Triangles over the frequencies [dft_length/2 + 1, bins], which are equally wide in mel. */
function melWeights(call: Call): Tensor {
  const [bins = 0, length = 0, rate = 1, low = 0, high = 0] = [0, 1, 2, 3, 4].map((i) => call.known(i)?.[0] ?? 0);
  const mel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
  const step = (mel(high) - mel(low)) / (bins + 2);
  const edges = Array.from({ length: bins + 2 }, (_, i) => {
    const hertz = 700 * (10 ** ((mel(low) + i * step) / 2595) - 1);
    return Math.floor(((length + 1) * hertz) / rate);
  });
  const rows = Math.floor(length / 2) + 1;
  const weight = (row: number, bin: number): number => {
    const [left = 0, centre = 0, right = 0] = edges.slice(bin, bin + 3);
    if (row >= centre && row < right) return (right - row) / (right - centre);
    if (left === centre) return Number(row === centre);
    return row >= left && row <= centre ? (row - left) / (centre - left) : 0;
  };
  const values = Array.from({ length: rows * bins }, (_, i) => weight(Math.floor(i / bins), i % bins));
  return constant(hostTensor(values, [rows, bins], typeOf(call, 'output_datatype', 1)));
}

/** Spectra, and what they are made with. */
export const spectral: Operators = {
  BlackmanWindow: { apply: windowOf([0.42, -0.5, 0.08]), statics: [0] },
  DFT: { apply: dft, statics: [1, 2] },
  HammingWindow: { apply: windowOf([25 / 46, -21 / 46]), statics: [0] },
  HannWindow: { apply: windowOf([0.5, -0.5]), statics: [0] },
  MelWeightMatrix: { apply: melWeights, statics: [0, 1, 2, 3, 4] },
  STFT: { apply: stft, statics: [1, 3] },
};
