/** A float32 number with as few digits as give it back. */
function float32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value && value !== 0) return float64(short);
  }
  return float64(value);
}

function float64(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : String(value);
}

/** The number in these bytes, as text. */
export function floatText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return bytes.length === 4 ? float32(view.getFloat32(0, true)) : float64(view.getFloat64(0, true));
}

/**
 * The vector in these bytes. They do not tell what they are: words that would be ordinary numbers as floats are shown as
 * such if all lanes are the same, others as integers.
 */
export function vectorText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const lanes = [0, 4, 8, 12];
  const words = lanes.map((at) => view.getInt32(at, true));
  const isOrdinary = (value: number): boolean => Math.abs(value) > 2 ** -60 && Math.abs(value) < 2 ** 60;
  if (words.every((word) => word === words[0]) && isOrdinary(view.getFloat32(0, true)))
    return `f32x4 ${lanes.map((at) => float32(view.getFloat32(at, true))).join(' ')}`;
  if (words[0] === words[2] && words[1] === words[3] && isOrdinary(view.getFloat64(0, true)))
    return `f64x2 ${[0, 8].map((at) => float64(view.getFloat64(at, true))).join(' ')}`;
  return `i32x4 ${words.join(' ')}`;
}
