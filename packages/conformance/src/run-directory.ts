import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '@adjoint/core';
import type { Backend } from '@adjoint/core/backend';
import { parseCaseFile } from './case-file.js';
import type { FloatType } from './compare.js';
import { families } from './families/index.js';
import { runCase } from './run-case.js';

export interface RunOptions {
  readonly backend: Backend;
  readonly dtype: FloatType;
  /** Families to run; all if not given. */
  readonly only?: readonly string[];
}

/** What became of one file, or of what was asked for and is not there. */
export interface FamilyResult {
  readonly family: string;
  readonly passed: number;
  /** One line per failed case: its name and why. */
  readonly failures: readonly string[];
}

/**
 * Runs every JSON file of a directory, one family at a time. Whatever cannot be run (an unreadable directory or file, a
 * family that the library does not have) is a failure.
 */
export async function* runDirectory(
  directory: string,
  { backend, dtype, only }: RunOptions,
): AsyncGenerator<FamilyResult> {
  let files: string[];
  try {
    files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort();
  } catch (error) {
    yield { family: directory, passed: 0, failures: [`cannot be read: ${messageOf(error)}`] };
    return;
  }
  if (files.length === 0) yield { family: directory, passed: 0, failures: ['holds no JSON file'] };
  const engine = new Engine(backend);
  const missing = new Set(only);
  try {
    for (const file of files) {
      const result = await runFile(join(directory, file), file, engine, { dtype, ...(only && { only }) });
      if (!result) continue;
      missing.delete(result.family);
      yield result;
    }
    for (const family of missing) yield { family, passed: 0, failures: [`no file of this family in ${directory}`] };
  } finally {
    engine.close();
  }
}

async function runFile(
  path: string,
  name: string,
  engine: Engine,
  { dtype, only }: Omit<RunOptions, 'backend'>,
): Promise<FamilyResult | undefined> {
  try {
    const { family, cases } = parseCaseFile(await readFile(path, 'utf8'));
    if (only && !only.includes(family)) return undefined;
    return await runFamily(family, cases, engine, dtype);
  } catch (error) {
    return { family: name, passed: 0, failures: [messageOf(error)] };
  }
}

async function runFamily(
  family: string,
  cases: readonly unknown[],
  engine: Engine,
  dtype: FloatType,
): Promise<FamilyResult> {
  const implementation = families.get(family);
  const failures: string[] = [];
  for (const [i, value] of cases.entries()) {
    const reason = implementation ? await runCase(value, implementation, engine, dtype) : `unknown family '${family}'`;
    if (reason !== undefined) failures.push(`${nameOf(value) ?? `${family}[${i}]`}: ${reason}`);
  }
  return { family, passed: cases.length - failures.length, failures };
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
    ? value.name
    : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
