import { passesFilter, type ParameterFilter, type ParameterValue } from '@adjoint/core';
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
