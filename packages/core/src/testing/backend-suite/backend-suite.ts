import type { Backend } from '../../backend/backend.js';
import { withAssertions, type TestFunction } from '../test-function.js';
import { BackendBed, type FloatType } from './bed.js';
import { testContractions } from './contractions.js';
import { testLargeGraphs } from './large-graphs.js';
import { testMemory } from './memory.js';
import { testOutliers } from './outliers.js';
import { testPrimitives } from './primitives.js';
import { testReductions } from './reductions.js';
import { testScans } from './scans.js';
import { testSpecialValues } from './special-values.js';
import { testVariables } from './variables.js';

export interface BackendSuiteOptions {
  /** Float types that the backend computes in; both if not given. */
  readonly dtypes?: readonly FloatType[];
  /** Whether convolutions may be computed in other ways than by their sums, which outliers must not show; true if not given. */
  readonly fastConvolutions?: boolean;
  /** Random uses of each primitive that are compared; 8 if not given. */
  readonly rounds?: number;
}

/**
 * The contract of a backend: memory keeps what is written, programs compute what the reference implementations do (2e-5
 * in float32, 1e-10 in float64, exactly elsewhere), variables are updated in place, and runs repeat to the bit.
 */
export function testBackend(
  runner: TestFunction,
  create: () => Backend | Promise<Backend>,
  { dtypes = ['float32', 'float64'], fastConvolutions = true, rounds = 8 }: BackendSuiteOptions = {},
): void {
  const test = withAssertions(runner);
  const bed = new BackendBed(test, create, dtypes);
  testMemory(bed);
  testPrimitives(bed, rounds);
  testContractions(bed);
  if (fastConvolutions) testOutliers(bed);
  testReductions(bed);
  testScans(bed);
  testSpecialValues(bed);
  testLargeGraphs(bed);
  testVariables(bed);
}
