import { App } from '../app/app.js';
import { isAdjointError } from '../errors.js';
import type { Example } from '../registry/definition.js';
import type { ExtensionDescription } from '../registry/description.js';
import { choiceText, readChoice } from '../registry/choice.js';
import type { Choice, Kind } from '../registry/kinds.js';
import type { Plugin } from '../registry/plugin.js';
import type { Registry } from '../registry/registry.js';
import { testDataset } from './dataset-suite.js';
import { testEnsemble } from './ensemble-suite.js';
import { testGradientTransform } from './gradient-transform-suite.js';
import { testInitializer } from './initializer-suite.js';
import { testLayer } from './layer-suite.js';
import { testLoss } from './loss-suite.js';
import { testMetric } from './metric-suite.js';
import { testOptimizer } from './optimizer-suite.js';
import { testRegularizer } from './regularizer-suite.js';
import { testSampler } from './sampler-suite.js';
import { testSchedule } from './schedule-suite.js';
import { withAssertions, type TestFunction } from './test-function.js';

export interface PluginSample {
  readonly plugin: Plugin;
  /** Plugins that it requires, in order. */
  readonly requires?: readonly Plugin[];
  /** Makes an app with the plugin and a backend; one with the reference backend if not given. */
  readonly app?: () => App;
  /** Which examples of a definition the suite of its kind tries; all of them if not given. */
  readonly examples?: 'all' | 'first';
}

type Suite<K extends Kind> = (
  test: TestFunction,
  app: () => App,
  choice: Choice<K>,
  example: Example<K, unknown>,
) => void;

/** The contracts that every example of a definition is tried on. */
const suites: { readonly [K in Kind]?: Suite<K> } = {
  layer: (test, app, layer, example) => testLayer(test, { ...example, app, layer }),
  loss: (test, app, loss, example) => testLoss(test, { ...example, app, loss }),
  metric: (test, app, metric, example) => testMetric(test, { ...example, app, metric }),
  optimizer: (test, app, optimizer) => testOptimizer(test, { app, optimizer }),
  gradientTransform: (test, app, gradientTransform) => testGradientTransform(test, { app, gradientTransform }),
  regularizer: (test, app, regularizer) => testRegularizer(test, { app, regularizer }),
  sampler: (test, app, sampler, example) => testSampler(test, { ...example, app, sampler }),
  initializer: (test, app, initializer) => testInitializer(test, { app, initializer }),
  dataset: (test, app, dataset) =>
    testDataset(test, {
      name: choiceText(readChoice('dataset', dataset)),
      open: () => app().registry.create('dataset', dataset),
    }),
  ensemble: (test, app, ensemble, example) => testEnsemble(test, { ...example, app, ensemble }),
  schedule: (test, app, schedule) => testSchedule(test, { app, schedule }),
};

/** What these create may need files or hold memory, so they are described and not created. */
const notCreated: readonly string[] = ['backend', 'dataset', 'logger'];

/**
 * The contract of a plugin: it is a frozen value that registers the same in every app; every name of it has an example of
 * what it requires, says what it is and what its options do, refuses others, and can be created from its examples and its
 * defaults; and with each example, what is of a kind that has a suite keeps the contract of that kind.
 */
export function testPlugin(runner: TestFunction, { plugin, requires = [], app, examples = 'all' }: PluginSample): void {
  const test = withAssertions(runner);
  const registered = (): { registry: Registry; own: readonly ExtensionDescription[] } => {
    const { registry } = [...requires, plugin].reduce((bare, used) => bare.use(used), new App());
    const own = registry.describe().extensions.filter((extension) => extension.plugin === plugin.name);
    return { registry, own };
  };

  test(`${plugin.name}: the plugin is a frozen value with a version`, (t) => {
    t.true(Object.isFrozen(plugin));
    t.true(/^\d+\.\d+\.\d+/.test(plugin.version), `the version is '${plugin.version}'`);
  });

  test(`${plugin.name}: it registers the same in every app`, (t) => {
    t.deepEqual(registered().own, registered().own);
  });

  test(`${plugin.name}: every name says what it is, and what each of its options does`, (t) => {
    const silent = registered().own.flatMap(({ kind, name, formula, description, options = [] }) => [
      ...((formula ?? description) ? [] : [`${kind} '${name}' needs a formula or a description`]),
      ...options
        .filter((option) => !option.description)
        .map((option) => `${kind} '${name}': ${option.name} needs a sentence, documented(…)`),
    ]);
    t.deepEqual(silent, []);
  });

  test(`${plugin.name}: every name has an example of what it requires`, (t) => {
    t.deepEqual(registered().own.flatMap(lackingExamples), []);
  });

  test(`${plugin.name}: every name refuses options that it does not have`, (t) => {
    const { registry, own } = registered();
    const failures: string[] = [];
    for (const { kind, name } of own) {
      try {
        registry.create(kind as Kind, { [name]: { 'no such option': 1 } } as never);
        failures.push(`${kind} '${name}' takes an option that it does not describe`);
      } catch (error) {
        if (!isAdjointError(error) || error.code !== 'OPTIONS_INVALID')
          failures.push(`${kind} '${name}': ${String(error)}`);
      }
    }
    t.deepEqual(failures, []);
  });

  test(`${plugin.name}: every name can be created from its examples, and its defaults can be written out`, (t) => {
    const { registry, own } = registered();
    const failures: string[] = [];
    for (const extension of own) {
      const { kind, name, options = [] } = extension;
      if (notCreated.includes(kind) || lackingExamples(extension).length > 0) continue;
      const defaults = Object.fromEntries(
        options.flatMap((option) => (option.default === undefined ? [] : [[option.name, option.default]])),
      );
      for (const example of examplesOf(extension)) {
        for (const written of [example.options, { ...defaults, ...example.options }]) {
          try {
            registry.create(kind as Kind, { [name]: written } as never);
          } catch (error) {
            failures.push(`${kind} '${name}': ${String(error)}`);
          }
        }
      }
    }
    t.deepEqual(failures, []);
  });

  const makeApp = app ?? (() => new App({ plugins: [...requires, plugin], backend: 'reference' }));
  for (const extension of registered().own) {
    const { kind, name, options = [] } = extension;
    if (lackingExamples(extension).length > 0) continue;
    // Files that an example names are not there.
    if (kind === 'dataset' && options.some(({ required }) => required)) continue;
    const tried = examplesOf(extension);
    for (const example of examples === 'all' ? tried : tried.slice(0, 1)) {
      suites[kind as 'layer']?.(
        test,
        makeApp,
        { [name]: example.options } as never,
        example as Example<'layer', unknown>,
      );
    }
  }
}

/** The uses of a definition that are tried: its examples, or its defaults alone. */
function examplesOf({ examples = [] }: ExtensionDescription): { readonly options: object }[] {
  return (examples.length > 0 ? examples : [{}]).map((example) => ({ ...example, options: Object(example.options) }));
}

/** What an author must add, in words; one of the tests above asks that it is nothing. */
function lackingExamples(extension: ExtensionDescription): string[] {
  const { kind, name, options = [] } = extension;
  const required = options.filter((option) => option.required).map((option) => option.name);
  const lacking = examplesOf(extension).flatMap((example) => [
    ...(kind === 'layer' && !('inputs' in example) ? ['inputs'] : []),
    ...required.filter((option) => !(option in example.options)),
  ]);
  return [...new Set(lacking)].map((what) => `${kind} '${name}' needs 'examples' with ${what}`);
}
