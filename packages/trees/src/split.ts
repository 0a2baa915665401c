/** Examples from which a tree is grown. */
export interface Sample {
  /** [examples, features], row by row. */
  readonly inputs: ArrayLike<number>;
  readonly features: number;
  /** [examples, outputs]: numbers, or 1 for the class of an example and 0 for the others. */
  readonly targets: ArrayLike<number>;
  readonly outputs: number;
  /** How much each example counts, > 0. */
  readonly weights: Float64Array;
}

/** Where a node is split in two. */
export interface Split {
  readonly feature: number;
  /** Examples with x ≤ threshold go left. */
  readonly threshold: number;
  /** By how much the weighted squared error falls. */
  readonly gain: number;
}

/** What a set of examples weighs, and the weighted sum of each output. */
export interface Sums {
  readonly weight: number;
  readonly outputs: Float64Array;
}

export function sumsOf({ targets, outputs, weights }: Sample, rows: Int32Array): Sums {
  const sums = new Float64Array(outputs);
  let weight = 0;
  for (const row of rows) {
    weight += weights[row]!;
    for (let k = 0; k < outputs; k++) sums[k]! += weights[row]! * targets[row * outputs + k]!;
  }
  return { weight, outputs: sums };
}

/** Weighted squared error around the mean; of classes, the Gini impurity times the weight. */
export function errorOf({ targets, outputs, weights }: Sample, rows: Int32Array, sums: Sums): number {
  let error = 0;
  for (const row of rows) {
    for (let k = 0; k < outputs; k++)
      error += weights[row]! * (targets[row * outputs + k]! - sums.outputs[k]! / sums.weight) ** 2;
  }
  return error;
}

/**
 * The split of a node that lowers its squared error most, the first of equals (Breiman et al. 1984, sections 4.3 and 8.4).
 * @param sorted the examples of the node in the order of each feature
 * @param least examples that either side must have
 */
export function bestSplit(sample: Sample, sorted: readonly Int32Array[], sums: Sums, least: number): Split | undefined {
  let best: Split | undefined;
  for (let feature = 0; feature < sorted.length; feature++) {
    const found = bestOfFeature(sample, sorted[feature]!, feature, sums, least);
    if (found && (!best || found.gain > best.gain)) best = found;
  }
  return best;
}

function bestOfFeature(
  { inputs, features, targets, outputs, weights }: Sample,
  rows: Int32Array,
  feature: number,
  total: Sums,
  least: number,
): Split | undefined {
  // With the mean as the origin, nothing is lost where targets are large and vary little.
  const means = total.outputs.map((sum) => sum / total.weight);
  const left = new Float64Array(outputs);
  let [weight, gain, at] = [0, -Infinity, -1];
  for (let i = 0; i + 1 < rows.length; i++) {
    const row = rows[i]!;
    weight += weights[row]!;
    for (let k = 0; k < outputs; k++) left[k]! += weights[row]! * (targets[row * outputs + k]! - means[k]!);
    if (i + 1 < least || rows.length - i - 1 < least) continue;
    if (inputs[row * features + feature]! >= inputs[rows[i + 1]! * features + feature]!) continue;
    let squares = 0;
    for (let k = 0; k < outputs; k++) squares += left[k]! * left[k]!;
    const own = squares * (1 / weight + 1 / (total.weight - weight));
    if (own > gain) [gain, at] = [own, i];
  }
  if (at < 0) return undefined;
  const below = inputs[rows[at]! * features + feature]!;
  const above = inputs[rows[at + 1]! * features + feature]!;
  return { feature, threshold: between(below, above), gain };
}

/** The middle as a float32 in [below, above). */
function between(below: number, above: number): number {
  const middle = Math.fround(below + (above - below) / 2);
  return middle < above ? middle : below;
}
