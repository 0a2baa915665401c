import { checkTraced, type TracedFunction } from '../engine/traced-function.js';
import { AdjointError } from '../errors.js';
import { count, optional, schemaOf, validateOptions } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import { profileKernel } from './kernel-profile.js';
import { Profile } from './profile.js';

export interface ProfileOptions {
  /** Measured runs, of which each kernel's median is taken; 5 if not given. */
  readonly steps?: number;
}

const profileOptions = schemaOf<ProfileOptions>({ steps: optional(count) });

/** Runs before the measured ones: memory is touched, code is compiled with all optimizations. */
const warmUpSteps = 2;

/**
 * Runs a traced function several times and measures its kernels. Its variables change with each run.
 * @throws AdjointError `BACKEND_UNSUPPORTED` if the backend does not measure kernels.
 */
export async function profileFunction(
  traced: TracedFunction,
  inputs: readonly HostTensor[],
  options: ProfileOptions = {},
): Promise<Profile> {
  checkTraced(traced, 'profile');
  validateOptions(profileOptions, options, 'profile');
  const { steps = 5 } = options;
  const { program } = await traced.prepare(inputs);
  const runs: (readonly number[])[] = [];
  while (runs.length < warmUpSteps + steps) {
    const milliseconds = await traced.profile(inputs);
    if (!milliseconds)
      throw new AdjointError(
        'BACKEND_UNSUPPORTED',
        `profile: the backend ${traced.engine.backend.name} does not measure kernels; use another one, such as wasm.`,
      );
    runs.push(milliseconds);
  }
  const measured = runs.slice(warmUpSteps);
  return new Profile(
    program.kernels.map((kernel, i) => profileKernel(kernel, program.storages, median(measured.map((run) => run[i]!)))),
  );
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
