import { gradients } from '../../autograd/gradients.js';
import * as graph from '../../graph/index.js';
import { drawerOf, type BackendBed } from './bed.js';

/** Matrix products and convolutions of many forms, with an epilogue, and their gradients. */
export function testContractions(bed: BackendBed): void {
  for (const [rows, columns, inner] of [
    [1, 1, 1],
    [3, 5, 7],
    [17, 33, 65],
    [64, 16, 8],
    [130, 1, 31],
    [1, 100, 257],
  ] as const) {
    bed.test(`matrix product ${rows}×${inner} by ${inner}×${columns}, with bias and relu, and its gradients`, (t) =>
      bed.agree(t, (engine, dtype) => {
        const draw = drawerOf(engine, dtype);
        const [a, b, bias] = [draw([rows, inner]), draw([inner, columns]), draw([columns])];
        const y = graph.relu(graph.matmul(a, b).add(bias));
        return [y, ...gradients(y, [a, b, bias], draw([rows, columns]))];
      }),
    );
  }

  for (const [title, x, w, options] of [
    ['1-D, same', [3, 5, 37], [9, 5, 5], { padding: 'same' }],
    ['2-D, as in a network', [4, 3, 14, 14], [10, 3, 3, 3], { padding: 1 }],
    [
      '2-D, strided where the stride does not divide',
      [2, 4, 13, 18],
      [6, 4, 3, 5],
      {
        stride: [2, 3],
        padding: [
          [1, 0],
          [2, 2],
        ],
      },
    ],
    ['2-D, depthwise', [2, 6, 11, 9], [12, 1, 3, 3], { groups: 6, dilation: 2 }],
    ['2-D, dilated input', [1, 3, 7, 6], [5, 3, 4, 3], { inputDilation: [2, 3], padding: 2 }],
    [
      '2-D, cropped',
      [2, 2, 12, 12],
      [3, 2, 3, 3],
      {
        padding: [
          [-2, -1],
          [-3, 4],
        ],
      },
    ],
    ['3-D, grouped', [1, 4, 6, 7, 5], [6, 2, 3, 2, 3], { groups: 2, stride: [1, 2, 1], padding: 1 }],
  ] as const) {
    bed.test(`convolution ${title}, with bias and relu, and its gradients`, (t) =>
      bed.agree(t, (engine, dtype) => {
        const draw = drawerOf(engine, dtype);
        const [input, kernel, bias] = [draw(x), draw(w), draw([w[0], ...x.slice(2).map(() => 1)])];
        const y = graph.relu(graph.convolve(input, kernel, options).add(bias));
        return [y, ...gradients(y, [input, kernel, bias], draw(y.shape))];
      }),
    );
  }
}
