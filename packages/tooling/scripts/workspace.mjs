import { existsSync, readdirSync } from 'node:fs';

/** Every project folder of the workspace, as `packages/core` or `examples/fashion-mnist`, relative to its root. */
export function projectDirectories() {
  return ['packages', 'examples']
    .filter((group) => existsSync(group))
    .flatMap((group) =>
      readdirSync(group, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${group}/${entry.name}`),
    );
}
