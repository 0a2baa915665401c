import { AdjointError, batches, defineSampler, type Dataset } from '@adjoint/core';
import { documented, natural, object, optional } from '@adjoint/core/options';

/** Classes with equal chances, whatever their numbers of examples: each place draws a class, then an example of it. */
export const balanced = defineSampler({
  options: object({ target: documented(optional(natural, 0), 'Place of the target that holds class numbers.') }),
  description: 'Every class is drawn as often as any other, with replacement.',
  create: ({ target }) => {
    // Reading all targets takes time, and they do not change.
    const known = new WeakMap<Dataset, Promise<readonly Int32Array[]>>();
    return {
      async batches(data, { batchSize, random }) {
        const reading = known.get(data) ?? membersOf(data, target);
        known.set(data, reading);
        const classes = await reading;
        const draw = (): number => {
          const members = classes[random.integer(classes.length)] ?? new Int32Array(1);
          return members[random.integer(members.length)] ?? 0;
        };
        const whole = Int32Array.from({ length: data.size }, draw);
        return Array.from({ length: Math.ceil(data.size / batchSize) }, (_, i) =>
          whole.subarray(i * batchSize, (i + 1) * batchSize),
        );
      },
      batchesPerEpoch: (data, batchSize) => Math.ceil(data.size / batchSize),
    };
  },
});

/** The examples of each class that occurs. */
async function membersOf(data: Dataset, place: number): Promise<Int32Array[]> {
  const members = new Map<number, number[]>();
  for (const indices of batches(data, { batchSize: 256, shuffle: false })) {
    const target = (await data.batch(indices)).targets[place];
    if (target?.data.length !== indices.length)
      throw new AdjointError(
        'DATA_INVALID',
        `balanced: target ${place} holds no class number for each example; choose another target, or the sampler 'weighted'.`,
      );
    indices.forEach((index, i) => {
      const label = target.data[i] ?? 0;
      const own = members.get(label);
      if (own) own.push(index);
      else members.set(label, [index]);
    });
  }
  return [...members].sort(([a], [b]) => a - b).map(([, own]) => Int32Array.from(own));
}
