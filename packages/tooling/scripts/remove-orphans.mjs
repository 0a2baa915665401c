import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const outputExtension = /\.(?:js|d\.ts)(?:\.map)?$/;

/** Removes compiled files whose source is gone: `tsc -b` leaves them, and a stale test would still run. */
export function removeOrphans(directories) {
  for (const directory of directories) {
    const output = join(directory, 'dist');
    if (!existsSync(output)) continue;
    for (const entry of readdirSync(output, { recursive: true })) {
      if (!outputExtension.test(entry) || entry.startsWith('bundle')) continue;
      if (!existsSync(join(directory, entry.replace(outputExtension, '.ts')))) rmSync(join(output, entry));
    }
  }
}
