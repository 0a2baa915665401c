import { defineRegularizer, norm, where, type Hooks, type Tensor } from '@adjoint/core';
import { documented, integer, object, optional, positive } from '@adjoint/core/options';
import { filterOptions, isMeant } from '../penalties/filter.js';
import { otherAxes } from '../penalties/norms.js';

const axis = documented(
  optional(integer, 0),
  'Axis whose places are the groups: 0 are the outputs of a kernel, each with all of its weights.',
);

/** Changes the parameters that are meant after each update. */
function constraintOf(options: Parameters<typeof isMeant>[1], map: (w: Tensor) => Tensor): Hooks {
  return {
    constraint: (parameter) => (isMeant(parameter, options) ? map(parameter.value) : parameter.value),
  };
}

/** Lengths of the groups of w along an axis, with extents of 1 for the others. */
function lengths(w: Tensor, along: number): Tensor {
  return w.rank === 0 ? w.abs() : norm(w, 2, otherAxes(w, along), true);
}

/** Scales groups of weights that are longer than a limit down to it. */
export const maxNorm = defineRegularizer({
  options: object({ max: documented(optional(positive, 2), 'The limit.'), axis, ...filterOptions }),
  formula: 'w ← w·min(1, max/‖w‖₂), for each group',
  source: 'Srebro & Shraibman 2005; Srivastava et al. 2014, section 5.1',
  create: ({ max, axis: along, ...options }) =>
    constraintOf(options, (w) => {
      const length = lengths(w, along);
      return where(length.greater(max), w.mul(length.maximum(max).reciprocal().mul(max)), w);
    }),
});

/** Scales each group of weights to length 1; one of zeros stays. */
export const unitNorm = defineRegularizer({
  options: object({ axis, ...filterOptions }),
  formula: 'w ← w/‖w‖₂, for each group',
  create: ({ axis: along, ...options }) =>
    constraintOf(options, (w) => {
      const length = lengths(w, along);
      return w.div(where(length.equal(0), 1, length));
    }),
});

/** Sets negative weights to 0. */
export const nonNegative = defineRegularizer({
  options: object(filterOptions),
  formula: 'w ← max(w, 0)',
  create: (options) => constraintOf(options, (w) => w.maximum(0)),
});
