import { checkFilter, passesFilter, type ParameterFilter, type ParameterValue } from '@adjoint/core';
import { array, documented, optional, string } from '@adjoint/core/options';

/** Options that say which parameters are meant: kernels, if nothing is said. */
export const filterOptions = {
  roles: documented(optional(array(string), ['kernel']), 'Roles of the parameters that are meant.'),
  names: documented(
    optional(array(string)),
    'Patterns of their names, if not all: `*` stands for any text without a slash, `**` for any text.',
  ),
};

interface FilterOptions {
  readonly roles: readonly string[];
  readonly names?: readonly string[] | undefined;
}

/** Whether a parameter is meant. */
export function isMeant(parameter: Pick<ParameterValue, 'name' | 'role'>, { roles, names }: FilterOptions): boolean {
  const filter: ParameterFilter = { roles, ...(names && { names }) };
  return passesFilter(parameter, filter);
}

/** Refuses names and roles that no parameter has: they are misspelt. */
export function checkMeant(
  { roles, names }: FilterOptions,
  parameters: readonly Pick<ParameterValue, 'name' | 'role'>[],
  who: string,
): void {
  checkFilter({ roles, ...(names && { names }) }, parameters, who);
}
