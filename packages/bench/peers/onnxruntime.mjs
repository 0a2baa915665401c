// Runs the forward pass of the benchmark's CNN on ONNX Runtime, from a model that is written here (onnx.proto, version 8).
import { readFileSync } from 'node:fs';
import ort from 'onnxruntime-node';
import { serve } from '../dist/src/serve.js';

const threads = Number(process.env.OMP_NUM_THREADS ?? 1);

/** Fields of a protocol-buffer message: numbers as varints, all else as bytes; lists repeat the field. */
function message(fields) {
  const parts = [];
  const varint = (value) => {
    const bytes = [];
    for (let rest = BigInt(value); ; rest >>= 7n) {
      const low = Number(rest & 0x7fn);
      if (rest < 0x80n) return Buffer.from([...bytes, low]);
      bytes.push(low | 0x80);
    }
  };
  for (const [field, values] of fields) {
    for (const value of Array.isArray(values) ? values : [values]) {
      if (typeof value === 'number') parts.push(varint(field << 3), varint(value));
      else {
        const bytes = typeof value === 'string' ? Buffer.from(value) : value;
        parts.push(varint((field << 3) | 2), varint(bytes.length), bytes);
      }
    }
  }
  return Buffer.concat(parts);
}

const [FLOAT, INT, INTS] = [1, 2, 7];
const attribute = (name, value) =>
  Array.isArray(value)
    ? message([
        [1, name],
        [8, value],
        [20, INTS],
      ])
    : message([
        [1, name],
        [3, value],
        [20, INT],
      ]);
const node = (operation, inputs, output, attributes = {}) =>
  message([
    [1, inputs],
    [2, output],
    [4, operation],
    [5, Object.entries(attributes).map(([name, value]) => attribute(name, value))],
  ]);
const initializer = ([name, { shape, data }]) =>
  message([
    [1, [...shape]],
    [2, FLOAT],
    [8, name],
    [9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)],
  ]);
const valueInfo = (name, shape) => {
  const dimensions = shape.map((extent) => message([[1, extent]]));
  const tensor = message([
    [1, FLOAT],
    [2, message([[1, dimensions]])],
  ]);
  return message([
    [1, name],
    [2, message([[1, tensor]])],
  ]);
};

function cnnModel(x, parameters) {
  const classes = parameters.bias4.shape[0];
  const convolution = { kernel_shape: [3, 3] };
  const nodes = [
    node('Conv', ['x', 'weight1', 'bias1'], 'a', convolution),
    node('Relu', ['a'], 'b'),
    node('Conv', ['b', 'weight2', 'bias2'], 'c', convolution),
    node('Relu', ['c'], 'd'),
    node('MaxPool', ['d'], 'e', { kernel_shape: [2, 2], strides: [2, 2] }),
    node('Flatten', ['e'], 'f', { axis: 1 }),
    node('Gemm', ['f', 'weight3', 'bias3'], 'g', { transB: 1 }),
    node('Relu', ['g'], 'h'),
    node('Gemm', ['h', 'weight4', 'bias4'], 'y', { transB: 1 }),
  ];
  const graph = message([
    [1, nodes],
    [2, 'cnn'],
    [5, Object.entries(parameters).map(initializer)],
    [11, valueInfo('x', x.shape)],
    [12, valueInfo('y', [x.shape[0], classes])],
  ]);
  return message([
    [1, 8],
    [7, graph],
    [
      8,
      message([
        [1, ''],
        [2, 13],
      ]),
    ],
  ]);
}

async function forwardPass({ x, ...parameters }) {
  const session = await ort.InferenceSession.create(cnnModel(x, parameters), {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const images = new ort.Tensor('float32', x.data, x.shape);
  let logits;
  return {
    run: async () => {
      logits = (await session.run({ x: images })).y.data;
    },
    check: () => logits.reduce((sum, value) => sum + value * value, 0) / logits.length,
  };
}

const manifest = new URL('./node_modules/onnxruntime-node/package.json', import.meta.url);
await serve(JSON.parse(readFileSync(manifest, 'utf8')).version, { 'cnn-forward': forwardPass });
