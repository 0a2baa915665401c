import { array, count, custom, natural, object, oneOf, optional, schemaOf, string } from '../registry/options/index.js';
import type { HostTensor } from '../tensor/host-tensor.js';
import type { VaryingShape } from '../tensor/shape.js';
import type { VaryingType } from '../data/dataset.js';
import { onProgress } from '../data/option-schemas.js';
import { classNames } from './composition-schema.js';
import type { InputOptions } from './composer.js';
import type { LoadOptions } from './load-weights.js';
import type { ModelOptions, RebuildOptions } from './model-options.js';
import type { ParameterFilter } from './parameter.js';
import type { PredictOptions } from './predict.js';

const seed = optional(natural);
const dtype = optional(oneOf('float32', 'float64'));
const classes = optional(classNames);

/** An extent is a whole number ≥ 0, or null where it may vary. */
function isShape(value: unknown): value is VaryingShape {
  return (
    Array.isArray(value) &&
    value.every((extent) => extent === null || (Number.isSafeInteger(extent) && (extent as number) >= 0))
  );
}

/** The shape of one example. */
export const shapeOption = custom<VaryingShape>(
  isShape,
  'a list of whole numbers ≥ 0, or null where an extent may vary',
);

export const inputOptions = schemaOf<InputOptions>({
  name: optional(string),
  dtype: optional(oneOf('float32', 'float64', 'int32', 'bool')),
});

export const buildOptions = schemaOf<RebuildOptions>({
  seed,
  weights: optional(
    custom<ReadonlyMap<string, HostTensor>>((value) => value instanceof Map, 'a map by name, as model.weights() gives'),
  ),
});
export const modelOptions = schemaOf<ModelOptions>({ seed, dtype, classes });

export const sequentialOptions = schemaOf<ModelOptions & { readonly input: VaryingShape | VaryingType }>({
  seed,
  dtype,
  classes,
  input: custom(
    (value) => isShape(value) || isShape((value as Partial<VaryingType> | null)?.shape),
    'the shape of one example, such as [28, 28], or { shape, dtype }',
  ),
});

const running = { batchSize: optional(count), onProgress };
export const predictOptions = schemaOf<PredictOptions>({ ...running, draw: optional(natural) });
export const activationOptions = schemaOf<Omit<PredictOptions, 'draw'>>(running);

export const layerNames = custom<readonly string[]>(
  (value) => Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'),
  "a list of names of layers, such as ['conv2d', 'relu']",
);

export const filterOption = schemaOf<ParameterFilter>({
  names: optional(array(string)),
  roles: optional(array(string)),
});

export const loadOptions = schemaOf<LoadOptions>({ on: optional(filterOption), into: optional(string) });

export const useOptions = object({ name: optional(string) });
