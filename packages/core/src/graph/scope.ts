let current: string | undefined;

/** What the nodes that are built now belong to: a layer, the loss, the optimizer. */
export function currentScope(): string | undefined {
  return current;
}

/** Runs `work` with its nodes under a name. Graphs are built synchronously, so scopes nest as calls do. */
export function inScope<T>(name: string | undefined, work: () => T): T {
  const outer = current;
  current = name;
  try {
    return work();
  } finally {
    current = outer;
  }
}
