import { AdjointError } from '@adjoint/core';

/** Some configurations with a budget each. */
export interface Rung {
  readonly count: number;
  readonly budget: number;
}

/** Rungs of growing budgets; the best of one are tried on the next. */
export type Bracket = readonly Rung[];

export interface HalvingOptions {
  /** Configurations on the first rung. */
  readonly configurations: number;
  /** Epochs, or whatever else the job makes of it, on the first rung. */
  readonly minBudget: number;
  readonly maxBudget: number;
  /** What share survives is 1/eta, and by how much the budget grows; 3 if not given. */
  readonly eta?: number;
}

/** Successive halving (Jamieson & Talwalkar 2016): many configurations with little, the best 1/eta of them with eta times as much. */
export function successiveHalving({ configurations, minBudget, maxBudget, eta = 3 }: HalvingOptions): Bracket[] {
  checkPlan('successiveHalving', { minBudget, maxBudget, eta });
  if (!Number.isInteger(configurations) || configurations < 1)
    throw new AdjointError(
      'OPTIONS_INVALID',
      `successiveHalving: configurations is ${configurations}; it must be a whole number ≥ 1.`,
    );
  const rungs: Rung[] = [];
  for (let i = 0; minBudget * eta ** i <= maxBudget * (1 + 1e-9); i++) {
    const count = Math.floor(configurations / eta ** i);
    if (count < 1) break;
    rungs.push({ count, budget: Math.round(minBudget * eta ** i) });
  }
  return [rungs];
}

export type HyperbandOptions = Omit<HalvingOptions, 'configurations' | 'minBudget'> & {
  /** 1 if not given. */
  readonly minBudget?: number;
};

/** Hyperband (Li et al. 2018, algorithm 1): brackets of successive halving, from many short trials to few long ones. */
export function hyperband({ maxBudget, minBudget = 1, eta = 3 }: HyperbandOptions): Bracket[] {
  checkPlan('hyperband', { minBudget, maxBudget, eta });
  // A power of eta may come out a little too small.
  const most = Math.floor(Math.log(maxBudget / minBudget) / Math.log(eta) + 1e-9);
  return Array.from({ length: most + 1 }, (_, i) => {
    const s = most - i;
    const configurations = Math.ceil(((most + 1) / (s + 1)) * eta ** s - 1e-9);
    return Array.from({ length: s + 1 }, (__, k) => ({
      count: Math.floor(configurations / eta ** k + 1e-9),
      budget: Math.round(maxBudget / eta ** (s - k)),
    }));
  });
}

function checkPlan(
  who: string,
  { minBudget, maxBudget, eta }: Omit<HalvingOptions, 'configurations'> & { eta: number },
): void {
  if (minBudget >= 1 && maxBudget >= minBudget && Number.isFinite(maxBudget) && eta > 1) return;
  throw new AdjointError(
    'OPTIONS_INVALID',
    `${who}: budgets are ${minBudget} to ${maxBudget} with eta ${eta}; give budgets ≥ 1, the smaller first, and an eta above 1.`,
  );
}
