import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Writes the bundles of the workspace's packages, from which its runners load the library. */
export function bundlePackages(): void {
  const script = fileURLToPath(new URL('../../../tooling/scripts/bundle.mjs', import.meta.url));
  execFileSync(process.execPath, [script], { stdio: 'inherit' });
}
