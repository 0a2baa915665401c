import { allocateArray, gradients, add, type Engine, type HostTensor, type Tensor } from '@adjoint/core';
import { parseCase, type Case, type StatedTensor } from './case-file.js';
import { difference, toleranceOf, type FloatType } from './compare.js';
import type { Family } from './family.js';

/** Runs one case; returns why it failed, or `undefined` if it passed. */
export async function runCase(
  value: unknown,
  family: Family,
  engine: Engine,
  dtype: FloatType,
): Promise<string | undefined> {
  try {
    const stated = parseCase(value);
    const tolerance = toleranceOf(stated, dtype);
    const { tensors, wanted } = await buildCase(stated, family, engine, dtype);
    const values = await engine.evaluate([...tensors.values()]);
    const compare = (others?: readonly HostTensor[]): string[] =>
      [...tensors.keys()].flatMap((name, i) => {
        const problem = difference(
          { value: values[i]!, withNegativeZeros: others?.[i] },
          wanted.get(name)!,
          dtype,
          tolerance,
        );
        return problem ? [`${name}: ${problem}`] : [];
      });
    let problems = compare();
    if (problems.length > 0 && hasZeros(stated)) {
      const other = await buildCase(withNegativeZeros(stated), family, engine, dtype);
      problems = compare(await engine.evaluate([...other.tensors.values()]));
    }
    return problems.join('; ') || undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function hasZeros({ inputs }: Case): boolean {
  return Object.values(inputs).some(({ dtype, data }) => dtype === 'float64' && data.includes(0));
}

function withNegativeZeros(stated: Case): Case {
  const reread = (tensor: StatedTensor): StatedTensor =>
    tensor.dtype === 'float64'
      ? { ...tensor, data: tensor.data.map((element) => (element === 0 ? -0 : element)) }
      : tensor;
  return {
    ...stated,
    inputs: Object.fromEntries(Object.entries(stated.inputs).map(([name, tensor]) => [name, reread(tensor)])),
  };
}

/** The tensors of a case that are compared, by name, beside what the file states for them. */
async function buildCase(
  stated: Case,
  family: Family,
  engine: Engine,
  dtype: FloatType,
): Promise<{ tensors: Map<string, Tensor>; wanted: Map<string, StatedTensor> }> {
  const tensorOf = (tensor: StatedTensor): Tensor => engine.tensor(hostValue(tensor, dtype));
  const inputs = Object.fromEntries(Object.entries(stated.inputs).map(([name, tensor]) => [name, tensorOf(tensor)]));
  const outputs = await family({ attributes: stated.attrs, inputs, dtype, engine });
  sameNames('outputs', Object.keys(outputs), Object.keys(stated.outputs));
  const tensors = new Map(Object.entries(outputs));
  const wanted = new Map(Object.entries(stated.outputs));
  if (stated.grads && stated.cotangents) {
    // Outputs without a cotangent, such as running statistics, have no part in the scalar.
    const weighted = Object.keys(stated.cotangents);
    sameNames(
      'cotangents',
      Object.keys(outputs).filter((name) => weighted.length === 0 || weighted.includes(name)),
      weighted,
    );
    const names = Object.keys(stated.grads);
    const unknown = names.filter((name) => !Object.hasOwn(inputs, name));
    if (unknown.length > 0) throw new Error(`grads of unknown inputs: ${unknown.join(', ')}`);
    const sources = names.map((name) => inputs[name]!);
    // Σ output·cotangent over all outputs: its gradient is the sum of the parts' gradients.
    const totals = Object.entries(stated.cotangents)
      .map(([name, cotangent]) => gradients(outputs[name]!, sources, tensorOf(cotangent)))
      .reduce((total, part) => total.map((gradient, i) => add(gradient, part[i]!)));
    names.forEach((name, i) => {
      tensors.set(`gradient of ${name}`, totals[i]!);
      wanted.set(`gradient of ${name}`, stated.grads![name]!);
    });
  }
  return { tensors, wanted };
}

function sameNames(what: string, built: readonly string[], named: readonly string[]): void {
  const missing = built.filter((name) => !named.includes(name));
  const unknown = named.filter((name) => !built.includes(name));
  if (missing.length > 0) throw new Error(`${what} missing: ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`unknown ${what}: ${unknown.join(', ')}`);
}

function hostValue({ dtype, shape, data }: StatedTensor, floatType: FloatType): HostTensor {
  const own = dtype === 'float64' ? floatType : dtype;
  const values = allocateArray(own, data.length);
  values.set(data);
  return { dtype: own, shape, data: values };
}
