import * as core from '@adjoint/core';
import {
  Engine,
  formatShape,
  gradients,
  isAdjointError,
  isFloat,
  RandomSource,
  type DType,
  type HostTensor,
  type Shape,
  type Tensor,
} from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { evaluateGraph } from '@adjoint/core/testing';
import { elementsOf, ownedBy, type Bed, type Report } from './calls.js';
import { Draw, TensorArgument } from './draw.js';
import { materialize, textOf } from './materialize.js';
import { operations, unknown } from './operations.js';

/** The result of an earlier step. */
class StepArgument {
  constructor(readonly step: number) {}
}

/** An operation on inputs and results of earlier steps. */
interface Step {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Elements that all nodes of a program may have together. */
const mostElements = 2 ** 14;

/** Values that do not lie where functions jump, so that the last digit does not decide. */
class ProgramDraw extends Draw {
  readonly results: Tensor[] = [];

  override shape(least = 0, most = 4): number[] {
    const fitting = this.results.filter(({ rank, size }) => rank >= least && rank <= most && size > 0);
    return fitting.length > 0 && !this.once(4) ? [...this.pick(fitting).shape] : super.shape(least, most);
  }

  override dtype(): DType {
    return this.results.length > 0 && !this.once(5) ? this.pick(this.results).dtype : super.dtype();
  }

  override value(dtype: DType): number {
    return isFloat(dtype) ? this.random.uniform() * 4 - 2 : super.value(dtype, false);
  }

  override number(): number {
    return this.int(-9, 9) / 4;
  }

  override tensor(shape: Shape = this.shape(), dtype: DType = this.dtype()): TensorArgument {
    const found = this.results.flatMap((result, step) =>
      result.dtype === dtype && core.sameShape(result.shape, shape) ? [step] : [],
    );
    // It stands where operations ask for a tensor, and is told apart when the program is built.
    return found.length > 0 && !this.once(5)
      ? (Object.assign(new StepArgument(this.pick(found)), { value: { shape } }) as unknown as TensorArgument)
      : new TensorArgument(this.host(shape, dtype));
  }
}

const oracle = new Engine(new ReferenceBackend());
const names = Object.keys(operations).filter((name) => operations[name] !== unknown && name !== 'literal');

/** A program of a seed: steps that were built once, so that all of them go together. */
function stepsOf(seed: number, i: number): Step[] {
  const draw = new ProgramDraw(new RandomSource(seed).child(`program/${i}`));
  const steps: Step[] = [];
  const length = draw.int(2, 9);
  for (let tries = 0; steps.length < length && tries < 40; tries++) {
    const name = draw.pick(names);
    const step = { name, args: operations[name]!.args(draw) };
    try {
      const result = apply(step, oracle, draw.results, 0);
      if (elementsOf([...draw.results, result]) > mostElements) continue;
      draw.results.push(result);
      steps.push(step);
    } catch (error) {
      if (!isAdjointError(error)) throw new Error(`${String(error)} at ${textOfStep(step)}`, { cause: error });
    }
  }
  return steps;
}

/** One step on the results of those before it. Floats among its inputs are moved by the part `shift` of themselves. */
function apply(
  { name, args }: Step,
  engine: Engine,
  results: readonly Tensor[],
  shift: number,
  inputs: Tensor[] = [],
): Tensor {
  const own = args.map((arg) => place(arg, engine, results, shift, inputs));
  const operation = (core as unknown as Record<string, (...args: unknown[]) => Tensor>)[name]!;
  return ownedBy(engine, operation(...own));
}

function place(arg: unknown, engine: Engine, results: readonly Tensor[], shift: number, inputs: Tensor[]): unknown {
  if (arg instanceof StepArgument) return results[arg.step];
  if (Array.isArray(arg)) return arg.map((part) => place(part, engine, results, shift, inputs));
  if (!(arg instanceof TensorArgument)) return arg;
  const { value } = arg;
  const moved = isFloat(value.dtype) && shift !== 0;
  const data = moved ? value.data.map((x) => x * (1 + shift * (value.dtype === 'float64' ? 1e-12 : 1e-6))) : value.data;
  const tensor = materialize(new TensorArgument({ ...value, data }), engine) as Tensor;
  if (isFloat(value.dtype)) inputs.push(tensor);
  return tensor;
}

/** The results of all steps, and the gradients of the last float one by its inputs. */
function build(steps: readonly Step[], engine: Engine, shift = 0): Tensor[] {
  const results: Tensor[] = [];
  const inputs: Tensor[] = [];
  for (const step of steps) results.push(apply(step, engine, results, shift, inputs));
  const last = results.findLast(({ dtype, size }) => isFloat(dtype) && size > 0);
  return last ? [...results, ...gradients(last.sum(), inputs)] : results;
}

/** Compares the programs `from` … `from + count − 1` of a seed on all beds with the reference kernels. */
export async function runPrograms(beds: readonly Bed[], seed: number, from: number, count: number): Promise<Report> {
  const report: Report = { calls: 0, refused: 0, large: 0, computed: 0, faults: [] };
  for (let i = from; i < from + count; i++) {
    const steps = stepsOf(seed, i);
    report.calls += steps.length;
    const text = `program ${i}: ${steps.map(textOfStep).join('; ')}`;
    const graph = build(steps, oracle);
    if (elementsOf(graph) > 8 * mostElements) {
      report.large++;
      continue;
    }
    const [want, up, down] = [graph, build(steps, oracle, 1), build(steps, oracle, -1)].map((tensors) =>
      evaluateGraph(tensors),
    ) as [HostTensor[], HostTensor[], HostTensor[]];
    report.computed++;
    const largest = Math.max(1, ...want.map(largestOf));
    for (const { name, engine } of beds) {
      await engine.evaluate(build(steps, engine)).then(
        (have) => {
          const differences = have.map((value, k) =>
            difference(value, want[k]!, [up[k]!, down[k]!], k < steps.length ? 0 : largest),
          );
          const at = differences.findIndex((found) => found !== undefined);
          if (at >= 0)
            report.faults.push(
              `${name}: ${at < steps.length ? `step ${at}` : `gradient ${at - steps.length}`}: ${differences[at]}: ${text}`,
            );
        },
        (error: unknown) => report.faults.push(`${name} fails with ${String(error).slice(0, 300)}: ${text}`),
      );
    }
  }
  return report;
}

/**
 * Where a value differs by more than rounding: of the largest magnitude (of a gradient, in the whole program, since its
 * terms may cancel), and of what becomes of it when the inputs change in their last digits. Elements that then jump are not
 * compared.
 */
function difference(
  have: HostTensor,
  want: HostTensor,
  moved: readonly HostTensor[],
  largest: number,
): string | undefined {
  if (have.dtype !== want.dtype || !core.sameShape(have.shape, want.shape))
    return `${have.dtype} ${formatShape(have.shape)} instead of ${want.dtype} ${formatShape(want.shape)}`;
  const rounding =
    Math.max(largest, largestOf(want)) * (want.dtype === 'float64' ? 1e-12 : want.dtype === 'float32' ? 1e-5 : 0);
  for (let i = 0; i < want.data.length; i++) {
    const [x, y] = [want.data[i]!, have.data[i]!];
    const spread = Math.max(...moved.map(({ data }) => (Object.is(data[i], x) ? 0 : Math.abs(data[i]! - x))));
    // NaN: finite on one side of the change only.
    if (Number.isNaN(spread) || Object.is(x, y)) continue;
    if (!(Math.abs(x - y) <= rounding + 30 * spread + 1e-37))
      return `element ${i} of ${formatShape(want.shape)} is ${y} instead of ${x}`;
  }
  return undefined;
}

function largestOf({ data }: HostTensor): number {
  let largest = 0;
  for (const x of data) if (Number.isFinite(x)) largest = Math.max(largest, Math.abs(x));
  return largest;
}

function textOfStep({ name, args }: Step): string {
  return `${name}(${args.map(textOfArgument).join(', ')})`;
}

function textOfArgument(arg: unknown): string {
  if (arg instanceof StepArgument) return `#${arg.step}`;
  return Array.isArray(arg) ? `[${arg.map(textOfArgument).join(', ')}]` : textOf(arg);
}
