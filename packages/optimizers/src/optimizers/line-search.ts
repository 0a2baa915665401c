/** A point of a line: the loss there and its slope along the line. */
export interface LinePoint {
  /** Distance from the start. */
  readonly at: number;
  readonly loss: number;
  readonly slope: number;
}

export interface LineSearchOptions {
  /** The first point that is tried. */
  readonly first: number;
  /** Share c₁ of the decrease that the first slope promises, which is enough. */
  readonly decrease: number;
  /** Share c₂ of the first slope, to which the slope must fall. */
  readonly curvature: number;
  /** By how much rounding may raise a loss. */
  readonly noise: number;
  readonly maxEvaluations: number;
}

/**
 * A point at which the loss has decreased enough and the slope is small (the strong Wolfe conditions), or the best that
 * was found; the start, if there is none better. Where a loss differs from the first by rounding alone, its slope decides
 * (Hager & Zhang 2005, the approximate conditions). Nocedal & Wright 2006, algorithms 3.5 and 3.6.
 */
export async function strongWolfe<P extends LinePoint>(
  start: P,
  pointAt: (at: number) => Promise<P>,
  { first, decrease, curvature, noise, maxEvaluations }: LineSearchOptions,
): Promise<P> {
  const isHigh = ({ at, loss }: LinePoint): boolean => !(loss <= start.loss + decrease * at * start.slope);
  const isGood = (point: LinePoint): boolean =>
    Math.abs(point.slope) <= -curvature * start.slope && (!isHigh(point) || Math.abs(point.loss - start.loss) <= noise);
  /** The best point so far, from which the loss falls towards `far`, or, where there is none yet, away from the start. */
  let best = start;
  let far: P | undefined;
  let next = first;
  for (let evaluations = 0; evaluations < maxEvaluations; evaluations++) {
    const point = await pointAt(next);
    if (isGood(point)) return point;
    if (isHigh(point) || (best !== start && point.loss >= best.loss)) far = point;
    else {
      if (point.slope * ((far?.at ?? Infinity) - best.at) >= 0) far = best;
      best = point;
    }
    next = far ? between(best, far) : beyond(best);
    if (next === best.at) break;
  }
  return best;
}

/** Where the cubic of two points has its minimum, but not near either of them (equation 3.59). */
function between(a: LinePoint, b: LinePoint): number {
  const width = b.at - a.at;
  const d1 = a.slope + b.slope - (3 * (b.loss - a.loss)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  const share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  return a.at + width * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}

/** The loss still falls: farther away. */
function beyond({ at }: LinePoint): number {
  return 4 * at;
}
