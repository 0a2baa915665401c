import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { decodeCheckpoint } from '@adjoint/io';
import { RandomSource } from '../../src/index.js';
import type { Faults } from './faults.js';
import type { Life } from './program.js';

const program = fileURLToPath(new URL('program.js', import.meta.url));

export const scenarios: readonly Life['scenario'][] = ['training', 'queue', 'disk', 'ensemble'];

/** What a life came to: its lines of output, and whether it was killed. */
interface Death {
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly errors: string;
}

/** Runs a program once; `after` kills it from outside so many milliseconds after it was ready. */
function live(life: Life, after?: number): Promise<Death> {
  const child = spawn(process.execPath, [program, JSON.stringify(life)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  let [output, errors] = ['', ''];
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (after !== undefined) timer ??= setTimeout(() => child.kill('SIGKILL'), after);
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ lines: output.split('\n').filter(Boolean), code, errors });
    }),
  );
}

const rest = (lines: readonly string[], word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

/**
 * Kills programs of a scenario `kills` times at random moments, and starts each again until it has come to its end. After
 * each death what was said to be saved is there and whole; after each save there is nothing of dead writers; and the end has
 * the bits of a program that was left alone.
 */
export async function crash(
  t: ExecutionContext,
  scenario: Life['scenario'],
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<void> {
  const random = new RandomSource(seed).child(scenario);
  const [untouched = ''] = rest((await live({ ...(await folder(t)), scenario, faults: {} })).lines, 'done');
  t.regex(untouched, /^[0-9a-f]{64}$/);
  let [killed, ends, full] = [0, 0, 0];
  while (killed < kills) {
    const { directory } = await folder(t);
    const saved = new Map<string, number>();
    for (let isDone = false; !isDone;) {
      // Whoever was killed often enough is let go on to the end.
      const faults = killed < kills ? drawFaults(random, scenario) : {};
      const byTime = killed < kills && faults.kill === undefined;
      const { lines, code, errors } = await live(
        { directory, scenario, faults },
        byTime ? random.integer(400) : undefined,
      );
      const what = `seed ${seed}, ${scenario}, kill ${killed}: ${JSON.stringify(faults)}\n${lines.join('\n')}\n${errors}`;
      t.deepEqual(rest(lines, 'leftover'), [], what);
      for (const line of rest(lines, 'saved')) {
        const [name, step] = line.split(' ') as [string, string];
        saved.set(name, Number(step));
      }
      for (const name of await readdir(directory)) {
        if (!name.endsWith('.safetensors')) continue;
        const { metadata } = decodeCheckpoint(await readFile(join(directory, name)));
        t.true(metadata.step >= (saved.get(name) ?? 0), `${what}: ${name} holds step ${metadata.step}`);
      }
      for (const name of saved.keys()) t.true(existsSync(join(directory, name)), what);
      const [done] = rest(lines, 'done');
      if (done !== undefined) {
        t.is(done, untouched, what);
        isDone = true;
        ends++;
      } else if (rest(lines, 'unwritable').length > 0) full++;
      else {
        t.is(code, null, what);
        killed++;
      }
    }
    await rm(directory, { recursive: true });
  }
  t.log(`Seed ${seed}: ${killed} kills, ${ends} runs to their end, ${full} ends that found the disk full`);
}

function drawFaults(random: RandomSource, scenario: Life['scenario']): Faults {
  const room = scenario === 'disk' ? { room: 4_000 + random.integer(40_000) } : {};
  const kind = random.integer(4);
  // Most moments that matter are between two operations on files.
  if (kind < 2) return { ...room, kill: { at: 'file', count: 1 + random.integer(500) } };
  return kind === 2 ? { ...room, kill: { at: 'step', count: random.integer(36) } } : room;
}

async function folder(t: ExecutionContext): Promise<{ directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'adjoint-crash-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return { directory };
}
