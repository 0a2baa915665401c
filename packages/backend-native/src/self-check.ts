import { Engine, isAdjointError, type HostTensor } from '@adjoint/core';
import { ReferenceBackend } from '@adjoint/core/backend';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkInputs, checkNames, checkPrograms } from './check-programs.js';
import { findCompiler, optimizations } from './library/c-compiler.js';
import { wrongValues } from './library/choose-flags.js';
import { LibraryCache } from './library/library-cache.js';
import { NativeBackend } from './native-backend.js';
import type { NativeBuffer } from './native-buffer.js';

/** Memory that is full of numbers which belong into no result, so that reading past a buffer shows. */
class CheckBackend extends NativeBackend {
  override allocate(bytes: number): NativeBuffer {
    const buffer = super.allocate(bytes);
    new Uint8Array(buffer.memory).fill(0x47);
    return buffer;
  }
}

/** Compares the check's programs with the reference backend: `node self-check.js COMPILER OPTIMIZATION`. */
async function check(command: string, optimization: number): Promise<string[]> {
  const compiler = findCompiler(command).withFlags(optimizations[optimization]!);
  if (typeof compiler === 'string') throw new Error(compiler);
  const directory = mkdtempSync(join(tmpdir(), 'adjoint-native-'));
  try {
    const backend = new CheckBackend({ threads: 2 }, new LibraryCache(directory, compiler));
    const [have, want] = await Promise.all(
      [backend, new ReferenceBackend()].map((one) => new Engine(one).trace(checkPrograms).call(checkInputs)),
    );
    return checkNames.filter((_, i) => !agree(have![i]!, want![i]!));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Sums in another order differ in the last digits. */
function agree({ data: have }: HostTensor, { data: want }: HostTensor): boolean {
  const expected = Array.from(want);
  const tolerance = 1e-5 * expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  return expected.every((value, i) => Math.abs(have[i]! - value) <= tolerance);
}

const [command = '', optimization = '0'] = process.argv.slice(2);
try {
  const wrong = await check(command, Number(optimization));
  if (wrong.length > 0) {
    console.log(`wrong values: ${wrong.join(', ')}`);
    process.exitCode = wrongValues;
  }
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  process.exitCode = isAdjointError(error) && error.code === 'INTERNAL' ? wrongValues : 1;
}
