export {
  hyperband,
  successiveHalving,
  type Bracket,
  type HalvingOptions,
  type HyperbandOptions,
  type Rung,
} from './plans.js';
export type { Proposer, ProposerContext } from './proposer.js';
export { grid, random, sobol } from './proposers.js';
export { search, type SearchOptions } from './search.js';
export {
  logUniform,
  logWhole,
  oneOf,
  uniform,
  whole,
  type Configuration,
  type Dimension,
  type NumberRange,
  type Plain,
  type Space,
  type Values,
} from './space.js';
export { Study, type Asked, type StudyOptions, type StudyState } from './study.js';
export { tpe, type TpeOptions } from './tpe.js';
export type { Trial } from './trial.js';
export { parallelAxes, type ParallelAxes, type TrialRow } from './trial-rows.js';
