import type { Assertions, TestFunction } from '../../src/testing/index.js';

/** Titles of the tests of a suite that fail. */
export async function failuresOf(suite: (test: TestFunction) => void): Promise<string[]> {
  const bodies = new Map<string, (t: Assertions) => void | Promise<void>>();
  suite((title, body) => bodies.set(title, body));
  const failed: string[] = [];
  for (const [title, body] of bodies) {
    let holds = true;
    const check = (condition: boolean): void => void (holds &&= condition);
    try {
      await body({
        true: (actual) => check(actual === true),
        deepEqual: (actual, expected) => check(JSON.stringify(actual) === JSON.stringify(expected)),
      });
    } catch {
      holds = false;
    }
    if (!holds) failed.push(title);
  }
  return failed;
}
