import { isAdjointError, type App } from '@adjoint/core';
import { loadRunConfig } from '../load-run-config.js';
import { openApp, type AppFlags } from '../open-app.js';
import { openData, openTrainer } from '../open-run.js';
import type { RunConfig } from '../../run-config.js';

export interface BenchFlags extends AppFlags {
  readonly steps: number;
}

/** What is timed if no configuration is given: a small convolutional network on the digits. */
const smallNetwork: RunConfig = {
  data: { train: 'digits' },
  model: {
    input: [1, 8, 8],
    layers: [
      { conv2d: { filters: 32, kernel: 3, padding: 'same' } },
      'relu',
      { conv2d: { filters: 64, kernel: 3, padding: 'same' } },
      'relu',
      { maxPool2d: { size: 2 } },
      'flatten',
      { dense: { units: 10 } },
    ],
  },
  trainer: { loss: 'crossEntropy', optimizer: 'adam' },
  fit: { epochs: 1, batchSize: 64 },
};

/** Times training steps of a configuration on each backend that can be had here. */
export async function bench(path: string | undefined, { steps, ...flags }: BenchFlags): Promise<void> {
  const config = path === undefined ? smallNetwork : await loadRunConfig(path);
  for (const backend of flags.backend === undefined ? ['wasm', 'native'] : [flags.backend]) {
    try {
      const app = await openApp({ ...flags, backend }, config);
      try {
        const times = await timeSteps(app, config, steps);
        console.log(`${app.engine.backend.name.padEnd(8)}  ${timesText(times)}`);
      } finally {
        await app.close();
      }
    } catch (error) {
      const isAbsent = isAdjointError(error) && ['BACKEND_MISSING', 'PACKAGE_MISSING'].includes(error.code);
      if (!isAbsent || flags.backend !== undefined) throw error;
      console.log(`${backend.padEnd(8)}  not here: ${error.message}`);
    }
  }
}

interface StepTimes {
  readonly milliseconds: readonly number[];
  readonly examples: number;
}

async function timeSteps(app: App, config: RunConfig, steps: number): Promise<StepTimes> {
  const { train } = await openData(app, config.data, config.seed ?? 0);
  await using trainer = await openTrainer(app, { ...config, trainer: { ...config.trainer, loggers: [] } });
  const milliseconds: number[] = [];
  let examples = 0;
  trainer.on('step:end', (step) => {
    milliseconds.push(step.milliseconds);
    examples = Math.max(examples, step.examples);
    if (milliseconds.length > steps) trainer.stop();
  });
  const { checkpoint: _, ...plan } = config.fit;
  await trainer.fit(train, { ...plan, epochs: steps });
  // The first step compiles.
  return { milliseconds: milliseconds.slice(1), examples };
}

function timesText({ milliseconds, examples }: StepTimes): string {
  const sorted = [...milliseconds].sort((a, b) => a - b);
  const at = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))] ?? Number.NaN;
  const rate = (1000 * examples) / at(0.5);
  return `${at(0.5).toFixed(2)} ms a step (${at(0.1).toFixed(2)} to ${at(0.9).toFixed(2)}), ${rate.toFixed(0)} examples/s`;
}
