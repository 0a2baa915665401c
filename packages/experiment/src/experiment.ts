import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdjointError } from '@adjoint/core';
import Table from 'cli-table3';
import { options, readArguments, type Size } from './arguments.js';

/** What an experiment is told. */
export interface Setting {
  readonly size: Size;
  readonly seed: number;
  /** Directory of a full IDX set, if there is one. */
  readonly data?: string;
  /** Tells what is being done. */
  readonly log: (line: string) => void;
}

/** A published figure and ours beside it. */
export interface Published {
  /** What is measured, such as `test error of 400 stumps, %`. */
  readonly figure: string;
  readonly published: number | string;
  readonly ours: number | string;
  /** What differs, if the two are not measured alike. */
  readonly note?: string;
}

/** What an experiment found. */
export interface Findings {
  /** Everything that was measured, as plain data. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly published: readonly Published[];
  /** Plots as SVG, by a name. The one named as the experiment is its main plot. */
  readonly plots: Readonly<Record<string, string>>;
  /** In sentences: what agrees with what was published, and what does not. */
  readonly conclusions: readonly string[];
}

export interface Experiment {
  /** As its folder in `examples` is called. */
  readonly name: string;
  readonly about: string;
  /** What was published where. */
  readonly source: string;
  readonly run: (setting: Setting) => Promise<Findings>;
}

/**
 * Runs an experiment as the command line says: prints its figures beside the published ones and writes `NAME.json` and
 * one SVG a plot. Returns what it found; undefined after `--help`.
 */
export async function experiment(
  { name, about, source, run }: Experiment,
  args: readonly string[] = process.argv.slice(2),
): Promise<Findings | undefined> {
  const { help, out, ...setting } = readArguments(args);
  if (help) {
    console.log(`Usage: npm run example -- ${name} [options]\n${about}\n${options}`);
    return undefined;
  }
  console.log(`${about}\n${source}\n`);
  const start = performance.now();
  const findings = await run({ ...setting, log: console.log });
  const seconds = Math.round((performance.now() - start) / 1000);

  const table = new Table({ head: ['figure', 'published', 'ours', ''], style: { head: [], border: [] } });
  for (const { figure, published, ours, note = '' } of findings.published) table.push([figure, published, ours, note]);
  if (setting.size === 'smoke') console.log('\n--smoke: what follows shows that it runs; the figures mean nothing.');
  console.log(`\n${table.toString()}\n${findings.conclusions.join('\n')}`);

  await mkdir(out, { recursive: true });
  const { figures, published, conclusions } = findings;
  const { size, seed } = setting;
  const record = { name, source, size, seed, seconds, published, conclusions, figures };
  await writeFile(join(out, `${name}.json`), `${JSON.stringify(record, finite, 2)}\n`);
  for (const [plot, svg] of Object.entries(findings.plots)) {
    if (!/^[\w-]+$/.test(plot))
      throw new AdjointError('OPTIONS_INVALID', `A plot cannot be named '${plot}': use letters, digits and -.`);
    await writeFile(join(out, `${plot}.svg`), svg);
  }
  console.log(
    `\nWrote ${name}.json and ${Object.keys(findings.plots).join('.svg, ')}.svg to ${out} after ${seconds} s.`,
  );
  return findings;
}

/** JSON has no word for what is not finite; typed arrays become lists, figures keep six digits. */
function finite(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return [...(value as Float64Array)];
  if (typeof value !== 'number' || Number.isInteger(value)) return value;
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : String(value);
}
