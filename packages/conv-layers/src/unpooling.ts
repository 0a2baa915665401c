import { AdjointError, defineLayer, formatShape, perDimension, sameShape, unpool, type Shape } from '@adjoint/core';
import { array, count, documented, integer, object, optional } from '@adjoint/core/options';
import { channelsAndSpace, dimensionsText, extents, type Dimensions } from './spatial.js';

/** Puts maxima back where `maxPool` with `indices` found them. */
function maxUnpoolLayer(name: string, dimensions: Dimensions, example: Shape) {
  return defineLayer({
    options: object({
      size: documented(extents, 'Extent of the windows of the pooling.'),
      stride: documented(optional(extents), 'Step between its windows; their size if not given.'),
      padding: documented(optional(integer, 0), 'Its elements on each side.'),
      outputSize: documented(
        optional(array(count)),
        'Extents of what was pooled, where they are not (o − 1)·stride − 2·padding + size.',
      ),
    }),
    formula: 'y[places[o]] = x[o], 0 elsewhere; the mean where several values have one place',
    source: 'Zeiler & Fergus 2014, arXiv:1311.2901, section 2.1',
    description: `The inverse of max pooling over ${dimensionsText(dimensions)}, as far as there is one: takes values and the places that 'maxPool' with 'indices' gives.`,
    examples: [{ options: { size: 2 }, inputs: [example, { shape: example, dtype: 'int32', below: 4 }] }],
    create: ({ size, stride = size, padding, outputSize }) => ({
      ports: ['values', 'places'],
      build([values, places], scope) {
        const [, space] = channelsAndSpace(name, values.shape, dimensions);
        if (!places || places.dtype !== 'int32' || !sameShape(places.shape, values.shape)) {
          const found = places ? `${places.dtype} ${formatShape(places.shape)}` : 'nothing';
          throw new AdjointError(
            'SHAPE_MISMATCH',
            `${name}: beside values ${formatShape(values.shape)} it takes their places as int32 of the same shape, not ${found}; use both outputs of a 'maxPool' with indices: true.`,
          );
        }
        const [sizes, strides] = [size, stride].map((option) =>
          perDimension(option, space.length, `${scope.name}: size`),
        );
        const target = outputSize ?? space.map((extent, d) => (extent - 1) * strides![d]! - 2 * padding + sizes![d]!);
        if (target.length !== space.length || target.some((extent) => extent < 1))
          throw new AdjointError(
            'OPTIONS_INVALID',
            `${name}: the output would have the spatial extents ${formatShape(target)}; it needs ${space.length} that are ≥ 1.`,
          );
        const overlap = sizes!.some((extent, d) => extent > strides![d]!);
        return ([x, at]) => {
          const sums = unpool(x, at!, target);
          if (!overlap) return sums;
          // Where windows overlap, several of them may have found the same maximum.
          return sums.div(unpool(x.mul(0).add(1), at!, target).maximum(1));
        };
      },
    }),
  });
}

export const maxUnpool = maxUnpoolLayer('maxUnpool', undefined, [2, 2]);
export const maxUnpool1d = maxUnpoolLayer('maxUnpool1d', 1, [2, 2]);
export const maxUnpool2d = maxUnpoolLayer('maxUnpool2d', 2, [1, 2, 2]);
export const maxUnpool3d = maxUnpoolLayer('maxUnpool3d', 3, [1, 1, 2, 2]);
