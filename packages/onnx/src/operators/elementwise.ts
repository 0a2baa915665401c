import * as core from '@adjoint/core';
import { cast, literal, logicalNot, where, type Tensor } from '@adjoint/core';
import type { Call } from './call.js';
import type { Operator, Operators } from './operator.js';
import { isWhole } from './whole.js';

function unary(f: (x: Tensor) => Tensor): Operator {
  return { apply: ({ x }) => f(x) };
}

/** A function with numbers that attributes give. */
function shaped(f: (x: Tensor, number: (name: string, fallback: number) => number) => Tensor): Operator {
  return { apply: (call) => f(call.x, (name, fallback) => call.number(name, fallback)) };
}

/** A function of floats that keeps whole numbers as they are. */
function rounding(f: (x: Tensor) => Tensor): Operator {
  return unary((x) => (isWhole(x) ? x : f(x)));
}

function elu(x: Tensor, alpha: number): Tensor {
  // What is not chosen must not overflow, or its gradient would be NaN.
  return where(x.greater(0), x, core.expm1(x.minimum(0)).mul(alpha));
}

function gelu(x: Tensor, approximate: boolean): Tensor {
  if (!approximate) return x.mul(0.5).mul(core.erf(x.mul(Math.SQRT1_2)).add(1));
  const cubic = x.add(x.mul(x).mul(x).mul(0.044715));
  return x.mul(0.5).mul(
    cubic
      .mul(Math.sqrt(2 / Math.PI))
      .tanh()
      .add(1),
  );
}

function hardSigmoid(x: Tensor, alpha: number, beta: number): Tensor {
  return core.clamp(x.mul(alpha).add(beta), 0, 1);
}

function shrink(x: Tensor, lambda: number, bias: number): Tensor {
  const type = x.dtype;
  const floats = isWhole(x) ? cast(x, 'float32') : x;
  const shrunk = where(floats.less(-lambda), floats.add(bias), where(floats.greater(lambda), floats.sub(bias), 0));
  return cast(shrunk, type);
}

/** Slopes of one for each channel in old versions, of any shape that broadcasts in newer ones. */
function preluOf(call: Call): Tensor {
  const [x, slope] = [call.x, call.input(1)];
  const perChannel = slope.rank === 1 && slope.size > 1 && x.rank > 2 && slope.size === x.shape[1];
  const legacy = perChannel && slope.size !== x.shape.at(-1);
  const slopes = legacy ? slope.reshape([slope.size, ...x.shape.slice(2).map(() => 1)]) : slope;
  return where(x.less(0), x.mul(slopes), x);
}

/** Functions of one tensor, and activations. */
export const elementwise: Operators = {
  Abs: unary(core.abs),
  Acos: unary(core.acos),
  Acosh: unary(core.acosh),
  Asin: unary(core.asin),
  Asinh: unary(core.asinh),
  Atan: unary(core.atan),
  Atanh: unary(core.atanh),
  Ceil: rounding(core.ceil),
  Celu: shaped((x, number) => {
    const alpha = number('alpha', 1);
    return x.maximum(0).add(core.expm1(x.minimum(0).div(alpha)).mul(alpha));
  }),
  Cos: unary(core.cos),
  Cosh: unary(core.cosh),
  Elu: shaped((x, number) => elu(x, number('alpha', 1))),
  Erf: unary(core.erf),
  Exp: unary(core.exp),
  Floor: rounding(core.floor),
  Gelu: { apply: (call) => gelu(call.x, call.text('approximate', 'none') === 'tanh') },
  HardSigmoid: shaped((x, number) => hardSigmoid(x, number('alpha', 0.2), number('beta', 0.5))),
  HardSwish: unary((x) => x.mul(hardSigmoid(x, 1 / 6, 0.5))),
  Identity: unary((x) => x),
  IsInf: {
    apply(call) {
      const positive = call.flag('detect_positive', true) ? call.x.equal(Infinity) : undefined;
      const negative = call.flag('detect_negative', true) ? call.x.equal(-Infinity) : undefined;
      if (positive && negative) return core.logicalOr(positive, negative);
      return positive ?? negative ?? core.broadcastTo(literal(false), call.x.shape);
    },
  },
  IsNaN: unary((x) => x.notEqual(x)),
  LeakyRelu: shaped((x, number) => where(x.less(0), x.mul(number('alpha', 0.01)), x)),
  Log: unary(core.log),
  Mish: unary((x) => x.mul(core.softplus(x).tanh())),
  Neg: unary(core.neg),
  Not: unary(logicalNot),
  PRelu: { apply: preluOf, roles: { 1: 'scale' } },
  Reciprocal: unary(core.reciprocal),
  Relu: unary((x) => (isWhole(x) ? x.maximum(0) : core.relu(x))),
  Round: rounding(core.round),
  Selu: shaped((x, number) => elu(x, number('alpha', 1.6732632423543772)).mul(number('gamma', 1.0507009873554805))),
  Shrink: shaped((x, number) => shrink(x, number('lambd', 0.5), number('bias', 0))),
  Sigmoid: unary(core.sigmoid),
  Sign: unary(core.sign),
  Sin: unary(core.sin),
  Sinh: unary(core.sinh),
  Softplus: unary(core.softplus),
  Softsign: unary((x) => x.div(x.abs().add(1))),
  Sqrt: unary(core.sqrt),
  Swish: shaped((x, number) => x.mul(core.sigmoid(x.mul(number('alpha', 1))))),
  Tan: unary(core.tan),
  Tanh: unary(core.tanh),
  ThresholdedRelu: shaped((x, number) => where(x.greater(number('alpha', 1)), x, 0)),
};
