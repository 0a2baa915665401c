// Runs the benchmark's tasks on TensorFlow.js with the backend that the command names, cpu or wasm, in its own layout:
// channels last, kernels [h, w, in, out].
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { serve } from '../dist/src/serve.js';

const backend = process.argv[2];
setWasmPaths(fileURLToPath(new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
await tf.setBackend(backend);
await tf.ready();

const tensor = ({ data, shape }) => tf.tensor(data, shape);
const channelsLast = (array) => tf.tidy(() => tensor(array).transpose([0, 2, 3, 1]));
const kernel = (array) => tf.tidy(() => tensor(array).transpose([2, 3, 1, 0]));
const meanOfSquares = (x) => tf.tidy(() => x.square().mean().dataSync()[0]);

function buildMatmul({ a, b }) {
  const [left, right] = [tensor(a), tensor(b)];
  let product;
  return {
    run: () => {
      product?.dispose();
      product = tf.matMul(left, right);
      product.dataSync();
    },
    check: () => meanOfSquares(product),
  };
}

function buildConvolution({ x, w, g }, { stride, padding, groups }) {
  if (groups > 1) throw new Error('tfjs has no grouped convolutions');
  const [images, filters, cotangent] = [channelsLast(x), kernel(w), channelsLast(g)];
  let results = [];
  return {
    run: () => {
      tf.dispose(results);
      results = tf.tidy(() => {
        let output;
        const gradients = tf.grads((x, w) => (output = tf.keep(tf.conv2d(x, w, stride, padding))));
        return [...gradients([images, filters], cotangent), output];
      });
    },
    check: () => results.reduce((sum, result) => sum + meanOfSquares(result), 0),
  };
}

/** The weights of the network as variables; the first dense layer sees its inputs channels last. */
function cnnParameters({ weight1, weight2, weight3, weight4, bias1, bias2, bias3, bias4 }) {
  const [hidden, flat] = weight3.shape;
  const channels = weight2.shape[0];
  const side = Math.sqrt(flat / channels);
  const reordered = tf.tidy(() =>
    tensor(weight3).reshape([hidden, channels, side, side]).transpose([0, 2, 3, 1]).reshape([hidden, flat]),
  );
  const values = {
    weight1: kernel(weight1),
    weight2: kernel(weight2),
    weight3: reordered,
    weight4: tensor(weight4),
    bias1: tensor(bias1),
    bias2: tensor(bias2),
    bias3: tensor(bias3),
    bias4: tensor(bias4),
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, tf.variable(value)]));
}

function cnn(x, p) {
  let y = tf.relu(tf.conv2d(x, p.weight1, 1, 'valid').add(p.bias1));
  y = tf.relu(tf.conv2d(y, p.weight2, 1, 'valid').add(p.bias2));
  y = tf.maxPool(y, 2, 2, 'valid').reshape([x.shape[0], -1]);
  y = tf.relu(tf.matMul(y, p.weight3, false, true).add(p.bias3));
  return tf.matMul(y, p.weight4, false, true).add(p.bias4);
}

function mlpParameters(arrays) {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, tf.variable(tensor(array))]));
}

function mlp(x, p) {
  const layers = Object.keys(p).length / 2;
  let y = x;
  for (let layer = 1; layer <= layers; layer++) {
    y = tf.matMul(y, p[`weight${layer}`], false, true).add(p[`bias${layer}`]);
    if (layer < layers) y = tf.relu(y);
  }
  return y;
}

function trainingStep(network, place, createParameters) {
  return ({ x, labels, ...initial }) => {
    const parameters = createParameters(initial);
    const images = place(x);
    const classes = Object.values(initial).at(-1).shape[0];
    const targets = tf.oneHot(tf.tensor1d(labels.data, 'int32'), classes);
    const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
    let loss = NaN;
    return {
      run: () => {
        const cost = optimizer.minimize(
          () => tf.losses.softmaxCrossEntropy(targets, network(images, parameters)),
          true,
          Object.values(parameters),
        );
        loss = cost.dataSync()[0];
        cost.dispose();
      },
      check: () => loss,
    };
  };
}

function forwardPass(network, place, createParameters) {
  return ({ x, ...initial }) => {
    const parameters = createParameters(initial);
    const images = place(x);
    let logits;
    return {
      run: () => {
        logits?.dispose();
        logits = tf.tidy(() => network(images, parameters));
        logits.dataSync();
      },
      check: () => meanOfSquares(logits),
    };
  };
}

await serve(tf.version.tfjs, {
  matmul: buildMatmul,
  convolution: buildConvolution,
  'cnn-step': trainingStep(cnn, channelsLast, cnnParameters),
  'cnn-forward': forwardPass(cnn, channelsLast, cnnParameters),
  'mlp-step': trainingStep(mlp, tensor, mlpParameters),
});
