import * as core from '@adjoint/core';
import {
  Engine,
  gradients,
  isAdjointError,
  isFloat,
  RandomSource,
  Tensor,
  where,
  type HostTensor,
} from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { evaluateGraph } from '@adjoint/core/testing';
import { differenceFrom } from './compare.js';
import { Draw } from './draw.js';
import { flag, hasInfinity, isExtreme, isTame, materialize, tensorsIn, textOf } from './materialize.js';
import { operations, type Operation } from './operations.js';

/** A backend under trial. */
export interface Bed {
  readonly name: string;
  readonly engine: Engine;
}

/** A random call of an operation, as text and as a graph of any engine. */
interface Call {
  readonly text: string;
  readonly operation: Operation;
  /** Whether finite and ordinary numbers go in. */
  readonly tame: boolean;
  /** Whether numbers go in whose products may be too large for float32, or are not the same in every order. */
  readonly extreme: boolean;
  readonly build: (engine: Engine) => Tensor[];
}

/** What became of some calls. */
export interface Report {
  calls: number;
  /** Refused with an AdjointError. */
  refused: number;
  /** Built, but too large to be computed here. */
  large: number;
  computed: number;
  readonly faults: string[];
}

/** Elements that all nodes of a graph may have together to be computed. */
const mostElements = 2 ** 15;

/** Codes that an operation does not give for what its caller did. */
const never = new Set(['INTERNAL', 'LAYER_FAILED', 'LOOPS_INVALID', 'GRADIENT_INVALID']);

const names = Object.keys(operations);

function callOf(seed: number, i: number): Call {
  const draw = new Draw(new RandomSource(seed).child(`call/${i}`));
  const name = draw.pick(names);
  const operation = operations[name]!;
  const made = operation.args(draw);
  const args = draw.once(4) ? draw.spoil(made) : made;
  const derive = draw.once(4);
  const apply = (core as unknown as Record<string, (...args: unknown[]) => unknown>)[name]!;
  return {
    text: `call ${i}: ${derive ? 'gradients of ' : ''}${name}(${args.map(textOf).join(', ')})`,
    operation,
    tame: isTame(args),
    // Zeros in the padding meet ∞ in the kernel, which is NaN where they are multiplied.
    extreme: isExtreme(args) || (name === 'convolve' && (derive ? args : args.slice(1)).some(hasInfinity)),
    build(engine) {
      const own = materialize(args, engine) as unknown[];
      const results = tensorsIn(apply(...own));
      const [y] = results;
      if (!derive || !y || !isFloat(y.dtype)) return results.map((tensor) => ownedBy(engine, tensor));
      const inputs = tensorsIn(own).filter(({ dtype }) => isFloat(dtype));
      return [...results, ...gradients(y.sum(), inputs)].map((tensor) => ownedBy(engine, tensor));
    },
  };
}

/** What is made of numbers alone, as a tensor of an engine. */
export function ownedBy(engine: Engine, tensor: Tensor): Tensor {
  return tensor.evaluator ? tensor : where(flag(engine), tensor, tensor);
}

/** The tensors that a call builds, or the error that refuses it. */
function attempt({ build }: Call, engine: Engine): Tensor[] | unknown {
  try {
    return build(engine);
  } catch (error) {
    return error;
  }
}

/** Its graphs are computed node by node, without a compiler. */
const oracle = new Engine(new ReferenceBackend());

/** Tries the calls `from` … `from + count − 1` of a seed: each bed computes what the reference kernels compute, or all refuse. */
export async function runCalls(beds: readonly Bed[], seed: number, from: number, count: number): Promise<Report> {
  const report: Report = { calls: 0, refused: 0, large: 0, computed: 0, faults: [] };
  const computed: { readonly call: Call; readonly graphs: readonly Tensor[][] }[] = [];
  for (let i = from; i < from + count; i++) {
    report.calls++;
    const call = callOf(seed, i);
    const results = [oracle, ...beds.map(({ engine }) => engine)].map((engine) => attempt(call, engine));
    const problem = refusalProblem(results);
    if (problem !== undefined) report.faults.push(`${problem}: ${call.text}`);
    else if (!Array.isArray(results[0])) report.refused++;
    else if (elementsOf(results[0] as Tensor[]) > mostElements) report.large++;
    else computed.push({ call, graphs: results as Tensor[][] });
  }
  const expected = new Map<Call, readonly HostTensor[]>();
  for (const { call, graphs } of computed) {
    try {
      expected.set(call, evaluateGraph(graphs[0]!));
    } catch (error) {
      report.faults.push(`the oracle fails with ${String(error).slice(0, 300)}: ${call.text}`);
    }
  }
  for (const [i, bed] of beds.entries()) {
    const found = await evaluate(bed, computed, i + 1, report);
    for (const [call, want] of expected) {
      const have = found.get(call);
      if (!have) continue;
      const elementwise = call.operation.elementwise === true && want.length === 1;
      const comparison = { elementwise, overflows: !elementwise && call.extreme };
      const difference = want.map((tensor, i) => differenceFrom(tensor, have[i]!, comparison)).find(Boolean);
      if (difference !== undefined) report.faults.push(`${bed.name}: ${difference}: ${call.text}`);
    }
  }
  for (const [call, values] of expected) {
    report.computed++;
    const isNaNFromFinite = call.tame && !call.operation.partial && values.some(({ data }) => data.some(Number.isNaN));
    if (isNaNFromFinite) report.faults.push(`NaN from finite numbers: ${call.text}`);
  }
  return report;
}

/** Why the way in which calls were refused is wrong, if it is. */
function refusalProblem(results: readonly unknown[]): string | undefined {
  const errors = results.filter((result) => !Array.isArray(result));
  for (const error of errors) {
    if (!isAdjointError(error)) return `a raw ${String(error).slice(0, 200)}`;
    if (never.has(error.code)) return `the code ${error.code} (${error.message.slice(0, 200)})`;
    if (error.message.length > 2000) return `a message of ${error.message.length} characters`;
  }
  const outcomes = new Set(results.map((result) => (isAdjointError(result) ? result.code : 'built')));
  return outcomes.size > 1 ? `refused by some backends only (${[...outcomes].join(', ')})` : undefined;
}

/** Computes the graphs of many calls as one program; where that fails, each by itself to find the culprit. */
async function evaluate(
  { name, engine }: Bed,
  computed: readonly { readonly call: Call; readonly graphs: readonly Tensor[][] }[],
  place: number,
  report: Report,
): Promise<Map<Call, readonly HostTensor[]>> {
  const results = new Map<Call, readonly HostTensor[]>();
  const all = computed.flatMap(({ graphs }) => graphs[place]!);
  const together = await engine.evaluate(all).catch(() => undefined);
  let next = 0;
  for (const { call, graphs } of computed) {
    const own = graphs[place]!;
    if (together) results.set(call, together.slice(next, (next += own.length)));
    else
      await engine.evaluate(own).then(
        (values) => results.set(call, values),
        (error: unknown) => report.faults.push(`${name} fails with ${String(error).slice(0, 300)}: ${call.text}`),
      );
  }
  return results;
}

/** Elements of all nodes under some tensors. */
export function elementsOf(tensors: readonly Tensor[]): number {
  const seen = new Set<Tensor>();
  const visit = (tensor: Tensor): number => {
    if (seen.has(tensor)) return 0;
    seen.add(tensor);
    return tensor.inputs.reduce((sum, input) => sum + visit(input), tensor.size);
  };
  return tensors.reduce((sum, tensor) => sum + visit(tensor), 0);
}
