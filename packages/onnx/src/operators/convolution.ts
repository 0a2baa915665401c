import { convolve, convolveTransposed, pad, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operators } from './operator.js';
import { windowsOf } from './windows.js';

function conv(call: Call): Tensor {
  const [x, kernel] = [call.x, call.input(1)];
  const { stride, dilation, padding } = windowsOf(call, kernel.shape.slice(2));
  const y = convolve(x, kernel, { stride, dilation, padding, groups: call.number('group', 1) });
  return withBias(y, call.optional(2));
}

function withBias(y: Tensor, bias: Tensor | undefined): Tensor {
  return bias ? y.add(bias.reshape([1, bias.size, ...y.shape.slice(2).map(() => 1)])) : y;
}

/** The transpose without padding, then cut, or filled up with zeros, to the shape that attributes ask for. */
function convTranspose(call: Call): Tensor {
  const [x, kernel] = [call.x, call.input(1)];
  const size = kernel.shape.slice(2);
  const each = (name: string, fallback: number): readonly number[] => call.numbers(name) ?? size.map(() => fallback);
  const [stride, dilation, rest] = [each('strides', 1), each('dilations', 1), each('output_padding', 0)];
  const full = convolveTransposed(x, kernel, { stride, dilation, groups: call.number('group', 1) });
  const auto = call.text('auto_pad', 'NOTSET');
  const wanted =
    call.numbers('output_shape')?.slice(-size.length) ??
    (auto.startsWith('SAME') ? x.shape.slice(2).map((extent, d) => extent * (stride[d] ?? 1)) : undefined);
  const pads = call.numbers('pads') ?? [];
  const cut = size.map((_, d): readonly [number, number] => {
    const added = rest[d] ?? 0;
    if (!wanted) return [-(pads[d] ?? 0), added - (pads[d + size.length] ?? 0)];
    const total = (full.shape[d + 2] ?? 0) + added - (wanted[d] ?? 0);
    const half = Math.floor(total / 2);
    const before = auto === 'SAME_UPPER' ? half : total - half;
    return [-before, before - total + added];
  });
  return withBias(pad(full, [[0, 0], [0, 0], ...cut]), call.optional(2));
}

const roles = { 1: 'kernel', 2: 'bias' } as const;

export const convolution: Operators = {
  Conv: { apply: conv, roles },
  ConvTranspose: { apply: convTranspose, roles },
};
