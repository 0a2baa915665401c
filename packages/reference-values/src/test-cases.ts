import { createApp, gradients, type App, type Plugin, type Tensor } from '@adjoint/core';
import { withAssertions, type Assertions, type TestFunction } from '@adjoint/core/testing';
import { readCases, type Case } from './cases.js';
import { near } from './near.js';

export interface CaseSuite<Attributes> {
  /** A file that `readCases` reads. */
  readonly file: URL;
  readonly plugins: readonly Plugin[];
  /** Computes the outputs of a case from its inputs, as tensors on the reference backend. */
  compute(app: App, inputs: Readonly<Record<string, Tensor>>, attrs: Attributes): Readonly<Record<string, Tensor>>;
}

/** Registers a test for each case of a file: its outputs, and the gradients where the file states them. */
export function testCases<Attributes>(runner: TestFunction, { file, plugins, compute }: CaseSuite<Attributes>): void {
  const test = withAssertions(runner);
  for (const stated of readCases<Attributes>(file)) {
    test(`${stated.name} ${JSON.stringify(stated.attrs)} has the stated values`, async (t) => {
      const app = createApp({ plugins, backend: 'reference' });
      const inputs = tensorsOf(app, stated.inputs);
      await checkCase(t, app, stated, inputs, compute(app, inputs, stated.attrs));
      await app.close();
    });
  }
}

async function checkCase(
  t: Assertions,
  app: App,
  { outputs, cotangents, grads = {} }: Case<unknown>,
  inputs: Readonly<Record<string, Tensor>>,
  computed: Readonly<Record<string, Tensor>>,
): Promise<void> {
  for (const [name, want] of Object.entries(outputs)) near(t, await computed[name]!.read(), want, undefined, name);
  if (!cotangents) return;
  const weights = tensorsOf(app, cotangents);
  const scalar = Object.entries(weights)
    .map(([name, weight]) => computed[name]!.mul(weight).sum())
    .reduce((sum, part) => sum.add(part));
  for (const [name, want] of Object.entries(grads)) {
    const [gradient] = gradients(scalar, [inputs[name]!]);
    near(t, await gradient!.read(), want, undefined, `gradient by ${name}`);
  }
}

function tensorsOf(app: App, values: Case<unknown>['inputs']): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, app.tensor(value)]));
}
