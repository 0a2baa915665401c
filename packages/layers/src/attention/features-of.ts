import { AdjointError, formatShape, type VaryingShape } from '@adjoint/core';

/** The features of examples [time, features]. @throws AdjointError `SHAPE_MISMATCH` for other shapes */
export function featuresOf(name: string, shape: VaryingShape, { even = false } = {}): number {
  const [, features] = shape;
  if (shape.length === 2 && typeof features === 'number' && (!even || features % 2 === 0)) return features;
  throw new AdjointError(
    'SHAPE_MISMATCH',
    `${name}: takes examples [time, features]${even ? ' with an even number of features' : ''}, not ${formatShape(shape)}.`,
  );
}
