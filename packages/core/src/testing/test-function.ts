/** What the suites ask of the `t` that a test gets; AVA's fits. */
export interface Assertions {
  true(actual: unknown, message?: string): unknown;
  deepEqual(actual: unknown, expected: unknown, message?: string): unknown;
}

/** Registers a test, as AVA's `test` does. */
export type TestFunction = (title: string, body: (t: Assertions) => void | Promise<void>) => void;
