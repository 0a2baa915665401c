import { isSame } from './is-same.js';
import { valueText } from '../value-text.js';

/** What the suites ask of the `t` that a test gets; AVA's fits. */
export interface Assertions {
  true(actual: unknown, message?: string): unknown;
  deepEqual(actual: unknown, expected: unknown, message?: string): unknown;
}

/** Registers a test: `test` of AVA, Vitest, Jest, node:test, or whatever takes a title and a function. */
export type TestFunction = (title: string, body: (...context: unknown[]) => Promise<void>) => unknown;

/** Registers a test that gets assertions. */
export type AssertingTest = (title: string, body: (t: Assertions) => void | Promise<void>) => void;

/** Hands tests the assertions of their runner, or where it passes none, ones that throw. */
export function withAssertions(test: TestFunction): AssertingTest {
  return (title, body) =>
    // Without a named parameter: Jest would wait for its callback.
    void test(title, async (...[context]) => {
      await body(isAssertions(context) ? context : throwing);
    });
}

function isAssertions(context: unknown): context is Assertions {
  const { true: isTrue, deepEqual } = (context ?? {}) as Partial<Assertions>;
  return typeof isTrue === 'function' && typeof deepEqual === 'function';
}

const throwing: Assertions = {
  true(actual, message = 'it holds') {
    if (actual !== true) throw new BrokenContract(message, actual, true);
  },
  deepEqual(actual, expected, message = 'both are equal') {
    if (!isSame(actual, expected)) throw new BrokenContract(message, actual, expected);
  },
};

/** Test runners show the difference of `actual` and `expected`. */
class BrokenContract extends Error {
  override readonly name = 'AssertionError';
  readonly code = 'ERR_ASSERTION';

  constructor(
    message: string,
    readonly actual: unknown,
    readonly expected: unknown,
  ) {
    super(`${message}: found ${valueText(actual)}, expected ${valueText(expected)}`);
  }
}
