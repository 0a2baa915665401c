// Gives all property tests one seed, so that a failure is the same on every machine. AVA loads this file before each
// test file. ADJOINT_SEED=7 sets another seed, ADJOINT_SEED=random a new one for each test; a failure prints its seed.
import fc from 'fast-check';

const defaultSeed = 42;

/** The seed of all properties; undefined lets fast-check draw one for each. */
export function propertySeed(setting = String(defaultSeed)) {
  if (setting === 'random') return undefined;
  if (!/^-?\d+$/.test(setting))
    throw new Error(`ADJOINT_SEED is '${setting}'; it must be a whole number, or 'random'.`);
  return Number(setting);
}

export default function fixSeed() {
  const seed = propertySeed(process.env.ADJOINT_SEED || undefined);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), ...(seed !== undefined && { seed }) });
}
