import { defineSchedule } from '@adjoint/core';
import { boolean, documented, fraction, object, oneOf, optional, positive } from '@adjoint/core/options';
import { halfCosine, length } from './options.js';

/** One rise to the base rate and one fall to next to nothing: large rates in the middle, which regularize. */
export const oneCycle = defineSchedule({
  options: object({
    warmupShare: documented(optional(fraction, 0.3), 'Share of the steps in which the rate rises.'),
    startDivisor: documented(optional(positive, 25), 'The first rate is the base rate divided by this.'),
    endDivisor: documented(optional(positive, 1e4), 'The last rate is the first one divided by this.'),
    anneal: documented(optional(oneOf('cosine', 'linear'), 'cosine'), 'The shape of rise and fall.'),
    threePhase: documented(
      optional(boolean, false),
      'Falls back to the first rate in as many steps as it rose, and only then to the last.',
    ),
    steps: length,
  }),
  formula: 'η/start → η in the first share of the steps, η → η/(start·end) in the others',
  source: "Smith & Topin 2018; PyTorch's OneCycleLR, whose maximum is the base rate here",
  create:
    ({ warmupShare, startDivisor, endDivisor, anneal, threePhase, steps }) =>
    ({ step, base, totalSteps }) => {
      const total = steps ?? totalSteps;
      const first = base / startDivisor;
      const last = first / endDivisor;
      const risen = warmupShare * total - 1;
      const phases = threePhase
        ? [
            { end: risen, from: first, to: base },
            { end: 2 * risen, from: base, to: first },
            { end: total - 1, from: first, to: last },
          ]
        : [
            { end: risen, from: first, to: base },
            { end: total - 1, from: base, to: last },
          ];
      const place = phases.findIndex(({ end }, i) => step <= end || i === phases.length - 1);
      const { end, from, to } = phases[place]!;
      const start = phases[place - 1]?.end ?? 0;
      const share = end > start ? Math.min(1, (step - start) / (end - start)) : 1;
      const left = anneal === 'cosine' ? halfCosine(share) : 1 - share;
      return to + (from - to) * left;
    },
});
