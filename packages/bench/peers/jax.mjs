// Runs the benchmark's tasks on jax-js with its wasm backend. A value given to a function is consumed; `.ref` keeps it.
import { readFileSync } from 'node:fs';
import { blockUntilReady, defaultDevice, init, jit, lax, nn, numpy as np, tree, valueAndGrad, vjp } from '@jax-js/jax';
import { serve } from '../dist/src/serve.js';

await init('wasm');
defaultDevice('wasm');

const array = ({ data, shape }) => np.array(data).reshape([...shape]);
const meanOfSquares = async (x) => {
  const data = await x.ref.data();
  return data.reduce((sum, value) => sum + value * value, 0) / data.length;
};

function buildMatmul({ a, b }) {
  const [left, right] = [array(a), array(b)];
  const multiply = jit((a, b) => np.matmul(a, b));
  let product;
  return {
    run: async () => {
      product?.dispose();
      product = await blockUntilReady(multiply(left.ref, right.ref));
    },
    check: () => meanOfSquares(product),
  };
}

function buildConvolution(arrays, { stride, padding, groups }) {
  if (groups > 1) throw new Error('the program has no grouped convolutions');
  const [x, w, g] = [array(arrays.x), array(arrays.w), array(arrays.g)];
  const layer = jit((x, w, g) => {
    const [y, pullback] = vjp(
      (x, w) =>
        lax.convGeneralDilated(
          x,
          w,
          [stride, stride],
          [
            [padding, padding],
            [padding, padding],
          ],
        ),
      [x, w],
    );
    const [dx, dw] = pullback(g);
    pullback.dispose();
    return [y, dx, dw];
  });
  let results;
  return {
    run: async () => {
      if (results) tree.dispose(results);
      results = await blockUntilReady(layer(x.ref, w.ref, g.ref));
    },
    check: async () => {
      let sum = 0;
      for (const result of results) sum += await meanOfSquares(result);
      return sum;
    },
  };
}

const dense = (x, p, layer) => np.matmul(x, p[`weight${layer}`].transpose()).add(p[`bias${layer}`]);

function convolution(x, p, layer) {
  const bias = p[`bias${layer}`];
  return lax.conv(x, p[`weight${layer}`], [1, 1], 'VALID').add(bias.reshape([bias.shape[0], 1, 1]));
}

function cnn(x, p) {
  const y = nn.relu(convolution(nn.relu(convolution(x, p, 1)), p, 2));
  const [batch, channels, height, width] = y.shape;
  const pooled = np.max(y.reshape([batch, channels, height / 2, 2, width / 2, 2]), [3, 5]);
  return dense(nn.relu(dense(pooled.reshape([batch, -1]), p, 3)), p, 4);
}

function mlp(x, p) {
  const layers = Object.keys(p).length / 2;
  let y = dense(x, p, 1);
  for (let layer = 2; layer <= layers; layer++) y = dense(nn.relu(y), p, layer);
  return y;
}

const parametersOf = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, value]) => [name, array(value)]));
const zerosLike = (p) => tree.map((x) => np.zeros(x.shape), p);

function trainingStep(network) {
  return ({ x, labels, ...initial }) => {
    const images = array(x);
    const classes = Object.values(initial).at(-1).shape[0];
    const targets = nn.oneHot(np.array(Int32Array.from(labels.data)), classes);
    let state = { parameters: parametersOf(initial) };
    state.mean = zerosLike(state.parameters);
    state.square = zerosLike(state.parameters);
    const step = jit(({ parameters, mean, square }, x, targets, correction1, correction2) => {
      const [loss, gradients] = valueAndGrad((p) =>
        np.mean(np.sum(nn.logSoftmax(network(x, p)).mul(targets), 1)).neg(),
      )(tree.ref(parameters));
      const next = { parameters: {}, mean: {}, square: {} };
      for (const name of Object.keys(parameters)) {
        const gradient = gradients[name];
        const m = mean[name].mul(0.9).add(gradient.ref.mul(0.1));
        const v = square[name].mul(0.999).add(gradient.ref.mul(gradient).mul(0.001));
        const change = m.ref
          .div(correction1.ref)
          .div(np.sqrt(v.ref.div(correction2.ref)).add(1e-8))
          .mul(1e-3);
        next.parameters[name] = parameters[name].sub(change);
        next.mean[name] = m;
        next.square[name] = v;
      }
      correction1.dispose();
      correction2.dispose();
      return [loss, next];
    });
    let [steps, loss] = [0, NaN];
    return {
      run: async () => {
        steps++;
        const corrections = [0.9, 0.999].map((beta) => np.array(1 - beta ** steps));
        const [cost, next] = step(state, images.ref, targets.ref, ...corrections);
        state = await blockUntilReady(next);
        loss = (await cost.data())[0];
      },
      check: () => loss,
    };
  };
}

function forwardPass(network) {
  return ({ x, ...initial }) => {
    const [images, parameters] = [array(x), parametersOf(initial)];
    const forward = jit(network);
    let logits;
    return {
      run: async () => {
        logits?.dispose();
        logits = await blockUntilReady(forward(images.ref, tree.ref(parameters)));
      },
      check: () => meanOfSquares(logits),
    };
  };
}

const manifest = new URL('./node_modules/@jax-js/jax/package.json', import.meta.url);
await serve(JSON.parse(readFileSync(manifest, 'utf8')).version, {
  matmul: buildMatmul,
  convolution: buildConvolution,
  'cnn-step': trainingStep(cnn),
  'cnn-forward': forwardPass(cnn),
  'mlp-step': trainingStep(mlp),
});
