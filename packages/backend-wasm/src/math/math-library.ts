import { AdjointError, type DType } from '@adjoint/core';
import {
  call,
  type Callable,
  type Code,
  type FunctionBuilder,
  type ModuleBuilder,
  type ValueType,
} from '../assembler/index.js';
import { atan2 } from './atan2.js';
import { cos } from './cos.js';
import { erf } from './erf.js';
import { exp } from './exp.js';
import { expm1 } from './expm1.js';
import type { Vector } from './f32x4.js';
import { hostMath } from './host-math.js';
import { log } from './log.js';
import { log1p } from './log1p.js';
import { pow } from './pow.js';
import { sin } from './sin.js';
import { tanh } from './tanh.js';
import { threefry } from './threefry.js';

/**
 * Functions of f32x4. They multiply and add without fusing, so that their results have the same bits in every engine; a
 * scalar uses one lane.
 */
const floatFunctions = { atan2, cos, erf, exp, expm1, log, log1p, pow, sin, tanh };

/** With `random`, which is one of i32x4. */
const vectorFunctions = { ...floatFunctions, random: threefry };

/** Whether there is code of its own for a function of loop programs. */
export function hasFunction(name: string, dtype: DType): boolean {
  if (dtype === 'float32') return Object.hasOwn(floatFunctions, name);
  return dtype === 'float64' && Object.hasOwn(hostMath.math, `${name}64`);
}

type MathFunction = Callable<{ readonly operands: readonly ('v128' | 'f64')[] }, 'v128' | 'f64'>;

/** The math functions of one module; each is defined or imported when it is called for the first time. */
export class MathLibrary {
  readonly #known = new Map<string, MathFunction>();

  /** Calls of functions of the host, so far. */
  hostCalls = 0;

  constructor(readonly module: ModuleBuilder) {}

  /** A call of `exp`, `pow`, … with vectors, of `exp64`, … with f64 numbers, or of `random` (counter, c1, k0, k1). */
  readonly call = (name: string, ...operands: readonly Code<ValueType>[]): Code<ValueType> => {
    if (name in hostMath.math) this.hostCalls++;
    const callee = this.#known.get(name) ?? this.#add(name, operands.length);
    this.#known.set(name, callee);
    return call(callee, { operands: operands as Code<'v128' | 'f64'>[] });
  };

  #add(name: string, operands: number): MathFunction {
    if (name in hostMath.math)
      return this.module.importFunction('math', name, { operands: repeated('f64', operands) }, 'f64');
    const body: ((f: FunctionBuilder, ...operands: Vector[]) => Vector) | undefined = Object.hasOwn(
      vectorFunctions,
      name,
    )
      ? vectorFunctions[name as 'pow']
      : undefined;
    if (!body) throw new AdjointError('INTERNAL', `The wasm backend has no function ${name}.`);
    const label = `${name === 'random' ? 'i32x4' : 'f32x4'}.${name}`;
    return this.module.define(label, { operands: repeated('v128', operands) }, (f, parameters) =>
      body(f, ...parameters.operands),
    );
  }
}

function repeated<Type extends ValueType>(type: Type, count: number): Type[] {
  return Array.from({ length: count }, () => type);
}
