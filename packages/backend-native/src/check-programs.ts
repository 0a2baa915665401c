import {
  concatenate,
  convolve,
  cumulativeSum,
  flip,
  gather,
  hostTensor,
  matmul,
  maxPool,
  padWith,
  slice,
  type HostTensor,
  type Tensor,
} from '@adjoint/core';

/** Numbers of both signs without a pattern that a wrong index could hide in. */
function numbers(...shape: number[]): HostTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  const data = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) / 256 - 2);
  return hostTensor(data, shape);
}

const inputs = {
  matrix: numbers(40, 70),
  images: numbers(2, 9, 10, 12),
  weights: numbers(20, 9, 3, 3),
  long: numbers(3, 1500),
  wide: numbers(40_000),
  small: numbers(1, 4, 2),
  indices: hostTensor(Int32Array.of(3, 0, 39, 3)),
};
type Inputs = Readonly<Record<keyof typeof inputs, Tensor>>;

/** Small programs that use each way of generating code, and what compilers are known to have got wrong. */
const programs: Readonly<Record<string, (inputs: Inputs) => Tensor>> = {
  'a matrix product': ({ matrix }) => matmul(matrix, matrix, { transposeB: true }).tanh(),
  'a convolution': ({ images, weights }) => convolve(images, weights, { padding: 'same' }).relu(),
  pooling: ({ images }) =>
    maxPool(images, {
      size: [3, 2],
      stride: [2, 2],
      dilation: [1, 1],
      padding: [
        [1, 1],
        [0, 0],
      ],
    }),
  'long sums': ({ long }) => long.sum(1),
  maxima: ({ long }) => long.max(1),
  'sums of columns': ({ long }) => long.sum(0),
  'running sums': ({ small }) => cumulativeSum(small, 1, true),
  'functions, in threads': ({ wide }) => wide.mul(0.3).exp().div(wide.abs().add(1)),
  // GCC 12 at -O3 masks all vectors of a group of loads like the first one.
  padding: ({ small }) =>
    padWith(
      padWith(small, [
        [1, 2],
        [2, -1],
        [0, 0],
      ])
        .relu()
        .broadcastTo([3, 4, 5, 2]),
      [
        [1, 2],
        [1, 0],
        [2, 2],
        [0, 1],
      ],
    ),
  // GCC 12 with AVX-512 takes a wrong factor for a fused multiply-add under a constant mask.
  'joined tensors': ({ matrix }) => {
    const x = slice(matrix, [0, 0], [9, 20]);
    return concatenate([x.square(), x.square().add(1)], 1);
  },
  'reversed steps': ({ matrix }) => flip(slice(matrix, [1, 3], [39, 66], [3, 2]), [1]),
  'chosen rows': ({ matrix, indices }) => gather(matrix, indices, 0),
};

export const checkInputs: readonly HostTensor[] = Object.values(inputs);
export const checkNames: readonly string[] = Object.keys(programs);

/** The result of each program, in the order of their names. */
export function checkPrograms(tensors: readonly Tensor[]): Tensor[] {
  const named = Object.fromEntries(Object.keys(inputs).map((name, i) => [name, tensors[i]!])) as Inputs;
  return Object.values(programs).map((program) => program(named));
}
