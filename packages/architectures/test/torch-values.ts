/** Numbers in −½ … ½ that a name decides: FNV-1a of the name, and a multiplicative hash of the place. The same in torch.json. */
function pseudorandom(name: string, count: number): Float64Array {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let hash = (Math.imul(i, 2654435761) + seed) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 0;
    return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32 - 0.5;
  });
}

/** The values of a tensor of a state_dict: variances and scales about 1, means and biases about 0, weights by their fan-in. */
export function torchValues(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((size, extent) => size * extent, 1);
  const fan = shape.slice(1).reduce((size, extent) => size * extent, 1);
  const [offset, factor] = name.endsWith('running_var')
    ? [1, 1]
    : /(running_mean|bias)$/.test(name)
      ? [0, 0.4]
      : shape.length === 1
        ? [1, 0.4]
        : [0, shape.length === 3 ? 1 : Math.sqrt(24 / fan)];
  return Float32Array.from(pseudorandom(name, count), (value) => offset + factor * value);
}

/** Examples in −1 … 1. */
export function torchInput(count: number): Float32Array {
  return Float32Array.from(pseudorandom('input', count), (value) => 2 * value);
}
