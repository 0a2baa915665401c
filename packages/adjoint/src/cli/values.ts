import { InvalidArgumentError } from 'commander';

/** Readers of what stands behind an option. */
export function wholeNumber(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number ≥ ${least}.`);
  };
}

export function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a number of seconds > 0.');
}

/** A list between commas; an option that is given again adds to it. */
export function list(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(',').filter(Boolean)];
}
