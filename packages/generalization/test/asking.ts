import { Study, type Space, type StudyOptions } from '../src/index.js';

/** Asks and tells to the end. */
export function run<S extends Space>(
  options: StudyOptions<S>,
  figure: (configuration: never, budget: number | undefined) => number,
): Study<S> {
  const study = new Study(options);
  for (let trial = study.ask(); trial; trial = study.ask())
    study.tell(trial.number, figure(trial.configuration as never, trial.budget));
  return study;
}
