import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultCompiler } from '../src/library/c-compiler.js';

/** The command of a compiler that answers questions as the real one does, and runs a shell script where it should compile. */
export function fakeCompiler(script: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'adjoint-compiler-')), 'cc');
  const real = `exec ${defaultCompiler()} "$@"`;
  const text = `#!/bin/sh\ncase " $* " in *" --version "*|*" -dM "*) ${real};; esac\n${script.replaceAll('REAL', real)}\n`;
  writeFileSync(path, text, { mode: 0o755 });
  return path;
}
