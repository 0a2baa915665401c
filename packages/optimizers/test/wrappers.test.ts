import test from 'ava';
import type { Choice, Tensor } from '@adjoint/core';
import { near, slotOf } from '@adjoint/reference-values';
import { pathOf, rosenbrock, slopeOf, valuesOf, wave } from './path.js';

// Optimizers around others, and forms of the same one, against each other.

const slope = slopeOf(rosenbrock);
const down = { start: [-0.5, 0.75], steps: 15 };

test('sam hands its base the gradient at w + ρ·g/‖g‖', async (t) => {
  const rho = 0.1;
  const momentum = { momentum: 0.8 };
  const sam = await pathOf({ sam: { learningRate: 0.02, rho, base: { momentum } } }, { ...down, gradient: slope });
  const byHand = await pathOf(
    { momentum: { ...momentum, learningRate: 0.02 } },
    {
      ...down,
      gradient(w) {
        const g = slope(w);
        return slope(w.add(g.mul(rho).div(g.square().sum().sqrt())));
      },
    },
  );
  for (const [step, { w }] of sam.entries()) near(t, valuesOf(w), valuesOf(byHand[step]!.w), 1e-9, `step ${step}`);
});

test('lookahead goes a share of the way of some steps of its base, which keeps its slots', async (t) => {
  const adam = { beta1: 0.7 };
  const ahead = await pathOf(
    { lookahead: { learningRate: 0.1, alpha: 0.3, every: 4, base: { adam } } },
    { start: [1, -2], steps: 14, gradient: wave },
  );
  // The gradients are given, so that the steps of the base are the same wherever it is.
  const base = await pathOf({ adam: { ...adam, learningRate: 0.1 } }, { start: [1, -2], steps: 14, gradient: wave });
  let [slow, fast, before] = [
    [1, -2],
    [1, -2],
    [1, -2],
  ];
  for (const [step, { w }] of ahead.entries()) {
    const now = valuesOf(base[step]!.w);
    fast = fast!.map((value, i) => value + now[i]! - before![i]!);
    before = now;
    if (step % 4 === 3) {
      slow = slow!.map((value, i) => value + 0.3 * (fast![i]! - value));
      fast = slow;
    }
    near(t, valuesOf(w), fast, 1e-9, `step ${step}`);
  }
});

test('wrappers nest, each with numbers of the host of its own', async (t) => {
  const outer: Choice<'optimizer'> = {
    lookahead: { learningRate: 0.1, every: 3, base: { lookahead: { every: 2, alpha: 1, base: 'sgd' } } },
  };
  // With α = 1 the inner one does nothing.
  const plain: Choice<'optimizer'> = { lookahead: { learningRate: 0.1, every: 3 } };
  const along = { start: [1, -2], steps: 12, gradient: wave };
  const [nested, alone] = [await pathOf(outer, along), await pathOf(plain, along)];
  for (const [step, { w }] of nested.entries()) near(t, valuesOf(w), valuesOf(alone[step]!.w), 1e-12, `step ${step}`);
});

test("the textbook's form of Nesterov keeps W, PyTorch's the point W − ημv at which the gradient is taken", async (t) => {
  const options = { learningRate: 0.02, momentum: 0.8, nesterov: true };
  const textbook = await pathOf({ momentum: { ...options, form: 'textbook' } }, { ...down, gradient: slope });
  const pytorch = await pathOf({ momentum: options }, { ...down, gradient: slope });
  for (const [step, position] of textbook.entries()) {
    const velocity = await slotOf(position, 'velocity').read();
    const ahead = valuesOf(position.w).map((value, i) => value - 0.02 * 0.8 * velocity.data[i]!);
    near(t, valuesOf(pytorch[step]!.w), ahead, 1e-9, `step ${step}`);
  }
});

test('textbook forms have ε within the root', async (t) => {
  const first = async (optimizer: Choice<'optimizer'>): Promise<number[]> => {
    const gradient = (w: Tensor): Tensor => w.mul(0).add(0.5);
    return valuesOf((await pathOf(optimizer, { start: [0], steps: 1, gradient }))[0]!.w);
  };
  const learningRate = 0.1;
  const epsilon = 0.11;
  near(t, await first({ adagrad: { learningRate, epsilon } }), [(-0.1 * 0.5) / 0.61]);
  near(t, await first({ adagrad: { learningRate, epsilon, form: 'textbook' } }), [(-0.1 * 0.5) / 0.6]);
  near(t, await first({ rmsprop: { learningRate, epsilon, decay: 0 } }), [(-0.1 * 0.5) / 0.61]);
  near(t, await first({ rmsprop: { learningRate, epsilon, decay: 0, form: 'textbook' } }), [(-0.1 * 0.5) / 0.6]);
  near(t, await first({ adam: { learningRate, epsilon, beta2: 0 } }), [(-0.1 * 0.5) / 0.61]);
  near(t, await first({ adam: { learningRate, epsilon, beta2: 0, form: 'textbook' } }), [(-0.1 * 0.5) / 0.6]);
});
