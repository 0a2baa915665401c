import type { Call } from './call.js';

/** Attributes that convolutions and pools share, one entry for each spatial axis. */
export interface Windows {
  readonly size: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: readonly (readonly [before: number, after: number])[];
}

/** Reads them; `auto_pad` is resolved for the extents of the input: ⌈a/s⌉ outputs, the odd element at one end. */
export function windowsOf(call: Call, size: readonly number[]): Windows {
  const extents = call.x.shape.slice(2);
  const each = (name: string): readonly number[] => call.numbers(name) ?? size.map(() => 1);
  const [stride, dilation] = [each('strides'), each('dilations')];
  const auto = call.text('auto_pad', 'NOTSET');
  const pads = call.numbers('pads') ?? [];
  const padding = size.map((taps, d): readonly [number, number] => {
    if (auto === 'NOTSET') return [pads[d] ?? 0, pads[d + size.length] ?? 0];
    if (auto === 'VALID') return [0, 0];
    const [extent, step] = [extents[d] ?? 0, stride[d] ?? 1];
    const reach = (dilation[d] ?? 1) * (taps - 1) + 1;
    const total = Math.max((Math.ceil(extent / step) - 1) * step + reach - extent, 0);
    const half = Math.floor(total / 2);
    return auto === 'SAME_LOWER' ? [total - half, half] : [half, total - half];
  });
  return { size, stride, dilation, padding };
}
