import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArguments, usage, type Arguments } from './arguments.js';
import { bundlePackages } from './bundle-packages.js';
import { formatGrowth, measureGrowth } from './growth.js';
import { writeArrays } from './initial-arrays.js';
import { installPeers } from './install-peers.js';
import { measure, type Effort, type Measurement } from './measure.js';
import { formatGoals, goals } from './report/bar.js';
import { describeMachine } from './report/machine.js';
import { formatTable } from './report/table.js';
import { RunnerProcess } from './runner-process.js';
import { fromBundles, label, type Runner } from './runners.js';

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(usage);
  process.exitCode = 2;
}

/** Measures what the command line asks for; 1 if two programs did not compute the same. */
async function main({ works, runners: chosen, json, quick, growth }: Arguments): Promise<number> {
  const effort: Effort = quick
    ? { rounds: 3, budget: 3000, patience: 10_000 }
    : { rounds: 15, budget: 40_000, patience: 240_000 };
  bundlePackages();
  const runners = chosen.map(fromBundles);
  if (growth) {
    for (const runner of runners.filter(({ name, threads }) => name.startsWith('adjoint') && threads === 2))
      console.log(formatGrowth(await measureGrowth(runner)));
    return 0;
  }
  installPeers();
  const { present, versions, notes } = await findRunners(runners);
  const machine = describeMachine(versions);
  console.log(`${machine.processor}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load.toFixed(2)}`);
  const directory = mkdtempSync(join(tmpdir(), 'adjoint-bench-'));
  const measurements: Measurement[] = [];
  try {
    for (const work of works) {
      console.log(`${work.name} …`);
      const file = join(directory, `${work.name}.f32`);
      writeArrays(file, work.arrays);
      measurements.push(await measure(work, file, present, effort));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }

  const rows = measurements.flatMap((measurement) => measurement.rows);
  console.log(`\n${formatTable(rows)}`);
  const reached = formatGoals(goals(rows));
  if (reached !== '') console.log(`\nRatios that the project has set itself, in this run:\n${reached}`);
  console.log('\nFirst results (losses, means of squares) from the same weights:');
  for (const { agreement } of measurements) console.log(`  ${agreement}`);
  const explanations = [...notes, ...measurements.flatMap((measurement) => measurement.notes)];
  if (explanations.length > 0) console.log(`\nNotes:\n${explanations.map((line) => `  ${line}`).join('\n')}`);
  // npm runs scripts in the workspace's folder and tells where it was called.
  if (json !== undefined)
    writeFileSync(resolve(process.env['INIT_CWD'] ?? '.', json), `${JSON.stringify({ machine, rows }, null, 2)}\n`);
  return measurements.every(({ agrees }) => agrees) ? 0 : 1;
}

/** Starts each runner once to see whether it is there. */
async function findRunners(
  runners: readonly Runner[],
): Promise<{ present: Runner[]; versions: Record<string, string>; notes: string[] }> {
  const found = { present: [] as Runner[], versions: {} as Record<string, string>, notes: [] as string[] };
  for (const runner of runners) {
    try {
      const process = await RunnerProcess.start(runner, 60_000);
      process.stop();
      found.present.push(runner);
      found.versions[label(runner)] = process.version;
    } catch (error) {
      found.notes.push(
        `${label(runner)}: not here (${error instanceof Error ? error.message : error}); ${runner.hint}.`,
      );
    }
  }
  return found;
}
